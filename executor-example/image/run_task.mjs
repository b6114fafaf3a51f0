/**
 * What the container does: one task, from /workspace/task.json to /workspace/output/.
 *
 *   read the task ▸ set the agent up ▸ let it work ▸ let it bring the answer into form ▸ save
 *
 * stdout tells what happens; stderr has one message, why it failed; the exit code says it in a number
 * (failures.mjs). Whatever happens, output/response.md says what there is to say.
 */
import { createAgent } from "./agent.mjs";
import { Answer } from "./answer.mjs";
import { explain } from "./failures.mjs";
import { words } from "./messages.mjs";
import { makeFolders, PLACES } from "./places.mjs";
import { readSettings } from "./settings.mjs";
import { formPrompt, readTask, taskPrompt } from "./task.mjs";
import { timeLimit } from "./time_limit.mjs";
import { createTranscript } from "./transcript.mjs";

const limit = timeLimit(process.env.TIMEOUT);
const transcript = createTranscript(PLACES.log, (text) => process.stdout.write(text));
const answer = new Answer(PLACES.output);
let say = words("en");

async function work() {
  makeFolders();
  const settings = readSettings(PLACES);
  say = words(settings.language);
  const task = readTask(PLACES.workspace);
  const agent = createAgent({ settings, places: PLACES, transcript, signal: limit.signal });
  transcript.note(say("working", { model: settings.model }));
  answer.settle(await agent.run(taskPrompt(task, limit.secondsLeft())));
  if (task.outputPrompt !== "") {
    transcript.note(say("forming"));
    const before = answer.read();
    answer.replaceUnless(before, await agent.run(formPrompt(task)));
  }
  answer.fallBack(transcript.text(), say("noAnswer"));
  transcript.note(say("done"));
}

function fail(error) {
  const { code, message } = explain(limit.reason ?? error, say);
  answer.settle(error.reply ?? "");
  answer.fallBack(transcript.text(), message);
  process.stderr.write(`${message}\n`);
  return code;
}

process.exit(await work().then(() => 0, fail));
