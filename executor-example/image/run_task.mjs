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
import { explain, Failed } from "./failures.mjs";
import { words } from "./messages.mjs";
import { makeFolders, PLACES } from "./places.mjs";
import { concealer } from "./secrets.mjs";
import { readSettings } from "./settings.mjs";
import { formPrompt, readTask, taskPrompt } from "./task.mjs";
import { timeLimit } from "./time_limit.mjs";
import { createTranscript } from "./transcript.mjs";

const limit = timeLimit(process.env.TIMEOUT);
// Whatever leaves the container by this program's hand goes through it.
const conceal = concealer(PLACES.mounted);
const transcript = createTranscript(PLACES.log, (text) => process.stdout.write(text), conceal);
const answer = new Answer(PLACES.output, conceal);
let say = words("en");

async function work() {
  makeFolders();
  const settings = readSettings(PLACES);
  say = words(settings.language);
  const task = readTask(PLACES.workspace);
  const { signal } = limit;
  const agent = createAgent({ settings, places: PLACES, transcript, conceal, signal });
  transcript.note(say("working", { model: settings.model }));
  answer.settle(await agent.run(taskPrompt(task, limit.secondsLeft())));
  if (task.outputPrompt !== "") {
    transcript.note(say("forming"));
    const before = answer.read();
    const isFormed = answer.replaceUnless(before, await agent.run(formPrompt(task)));
    if (!isFormed) throw new Failed("noForm");
  }
  if (!answer.exists && !answer.hasFiles) throw new Failed("noAnswer");
  answer.fallBack(transcript.text(), say("onlyFiles"));
  answer.conceal();
  transcript.note(say("done"));
}

function fail(error) {
  const { code, message } = explain(limit.reason ?? error, say);
  answer.settlePart(error.reply ?? "", message);
  answer.fallBack(transcript.text(), message);
  answer.conceal();
  process.stderr.write(`${conceal(message)}\n`);
  return code;
}

process.exit(await work().then(() => 0, fail));
