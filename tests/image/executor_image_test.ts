import assert from "node:assert/strict";

import { createLab } from "./lab.ts";
import { bash, type Question, type Turn, wordsOf } from "./model_stub.ts";

const lastWords = ({ messages }: Question) => wordsOf(messages.at(-1)?.content);
const systemWords = ({ messages }: Question) => wordsOf(messages[0].content);

/** Answers the first step with these turns, one after the other, and the second step likewise. */
function script(work: readonly Turn[], form: readonly Turn[] = []) {
  let forming = false;
  let step = 0;
  return (question: Question): Turn => {
    if (lastWords(question).startsWith("# Task")) [forming, step] = [false, 0];
    if (lastWords(question).startsWith("# Form of the answer")) [forming, step] = [true, 0];
    return (forming ? form : work)[step++] ?? { text: "DONE" };
  };
}

Deno.test("a prompt and a file go in; the model's tools make the files that come out", async () => {
  await using lab = await createLab({
    answer: script([
      bash(
        "python3 -c \"print(sum(map(int, open('input/01-numbers.txt'))))\" | tee output/sum.txt",
      ),
      {
        calls: [{
          name: "write",
          arguments: { path: "output/response.md", content: "The sum is 6.\n" },
        }],
      },
      { text: "Summed up." },
    ]),
  });
  const { task, files } = await lab.run({
    prompt: "add the numbers up",
    files: [{ name: "numbers.txt", content: "1\n2\n3\n" }],
  });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  assert.deepEqual([...files], [["output/response.md", "The sum is 6.\n"], [
    "output/sum.txt",
    "6\n",
  ]]);
  const [first, second] = lab.model.questions;
  assert.equal(lab.model.questions.length, 3);
  assert.equal(first.model, "m1");
  assert.equal(first.authorization, "Bearer sk-lab");
  assert.match(lastWords(first), /add the numbers up/);
  assert.match(lastWords(first), /\/workspace\/input\/01-numbers\.txt \(numbers\.txt, .*6 bytes\)/);
  assert.match(systemWords(first), /agent of a laboratory/);
  assert.match(systemWords(first), /<name>read-tables<\/name>/);
  assert.match(lastWords(second), /6/);
  assert.match(String(task.output?.stdout), /> bash python3/);
  assert.match(String(task.output?.stdout), /Summed up\./);
  assert.doesNotMatch(JSON.stringify(task.output), /sk-lab/);
});

Deno.test("the second step brings the answer into the form that was asked for", async () => {
  await using lab = await createLab({
    answer: script(
      [bash("echo 'forty-two' > output/response.md"), { text: "It is forty-two." }],
      [bash("echo '{\"answer\":42}' > output/response.md"), { text: "DONE" }],
    ),
  });
  const { task, files } = await lab.run({ prompt: "what is it?", outputPrompt: "JSON: answer" });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  assert.deepEqual([...files], [["output/response.md", '{"answer":42}\n']]);
  const form = lab.model.questions.find((asked) => lastWords(asked).startsWith("# Form"));
  assert.match(lastWords(form!), /JSON: answer/);
  // It is the same conversation: the model knows what it has done.
  assert.ok(form!.messages.some(({ content }) => wordsOf(content) === "It is forty-two."));
});

Deno.test("an answer that is only said becomes the file, in both steps", async () => {
  await using lab = await createLab({
    answer: script([{ text: "It is forty-two." }], [{ text: '{"answer":42}' }]),
  });
  const plain = await lab.run({ prompt: "what is it?" });
  assert.deepEqual([...plain.files], [["output/response.md", "It is forty-two.\n"]]);
  const formed = await lab.run({ prompt: "what is it?", outputPrompt: "JSON" });
  assert.deepEqual([...formed.files], [
    ["output/response.md", '{"answer":42}\n'],
    ["output/response.before-form.md", "It is forty-two.\n"],
  ]);
});

Deno.test("no answer is a failure, with the agent's log in its place", async () => {
  await using lab = await createLab({ answer: script([bash("echo looked around"), {}]) });
  const { task, files } = await lab.run({ prompt: "do it" });
  assert.equal(task.status, "failed");
  assert.match(task.errorMessage!, /exit code 9[^]*gave no answer/);
  assert.match(files.get("output/response.md")!, /gave no answer[^]*looked around/);
});

Deno.test("files without a word are an answer; the log stands in for the text", async () => {
  await using lab = await createLab({
    answer: script([bash("mkdir output/d; echo 1 > output/d/table"), {}]),
  });
  const { task, files } = await lab.run({ prompt: "do it" });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  assert.equal(files.get("output/d/table"), "1\n");
  assert.match(files.get("output/response.md")!, /left files and no text[^]*output\/d\/table/);
  // What the image keeps on the node is nothing that the user has missed.
  assert.doesNotMatch(JSON.stringify(task.output), /\.agent/);
});

Deno.test("a second step that says and changes nothing is a failure", async () => {
  await using lab = await createLab({ answer: script([{ text: "It is forty-two." }], [{}]) });
  const { task, files } = await lab.run({ prompt: "what is it?", outputPrompt: "JSON" });
  assert.match(task.errorMessage!, /exit code 9[^]*into the form/);
  assert.deepEqual([...files], [["output/response.md", "It is forty-two.\n"]]);
});

Deno.test("an answer that broke off is marked as such", async () => {
  await using lab = await createLab({ answer: () => ({ text: "It is forty", cut: true }) });
  const { task, files } = await lab.run({ prompt: "what is it?" });
  assert.match(task.errorMessage!, /exit code 7[^]*broke in the middle of its answer/);
  assert.match(files.get("output/response.md")!, /^> .*broke in the middle[^]*\n\nIt is forty\n$/);
});

Deno.test("a time limit is kept a little early, and what there is comes back", async () => {
  await using lab = await createLab({
    timeoutMinutes: 0.2,
    answer: script([
      bash("echo early > output/early.txt"),
      bash("echo half > output/response.md; sleep 600"),
    ]),
  });
  const { task, files } = await lab.run({ prompt: "take your time" });
  assert.equal(task.status, "failed");
  // Its own words, not the agent's: the container was not stopped from outside.
  assert.match(task.errorMessage!, /exit code 124[^]*time limit of 12 seconds is over/);
  assert.deepEqual([...files], [["output/response.md", "half\n"], ["output/early.txt", "early\n"]]);
  assert.match(
    wordsOf(lab.model.questions[0].messages.at(-1)!.content),
    /Your time is up in (9|10) sec/,
  );
});

Deno.test("a model that never answers costs the time limit, and the log says what there was", async () => {
  await using lab = await createLab({ timeoutMinutes: 0.1, answer: () => ({ hang: true }) });
  const { task, files } = await lab.run({ prompt: "hello" });
  assert.match(task.errorMessage!, /exit code 124/);
  assert.match(files.get("output/response.md")!, /time limit[^]*lab\/m1 works on the task/);
});

interface Refusal {
  readonly name: string;
  readonly turn: Turn;
  readonly code: number;
  readonly message: RegExp;
}

const error = (status: number, message: string): Turn => ({
  refuse: { status, body: { error: { message } } },
});

const REFUSALS: readonly Refusal[] = [
  {
    name: "a wrong key",
    turn: error(401, "Incorrect API key"),
    code: 4,
    message: /refuses the key/,
  },
  {
    name: "an empty account",
    turn: error(402, "Insufficient Balance"),
    code: 6,
    message: /Out of tokens: the account/,
  },
  {
    name: "an unknown model",
    turn: error(404, "The model m1 does not exist"),
    code: 3,
    message: /does not know the model/,
  },
  { name: "a refusal", turn: { finish: "content_filter" }, code: 5, message: /refused the task/ },
  {
    name: "a context that is full",
    turn: error(400, "This model's maximum context length is 4096 tokens"),
    code: 6,
    message: /does not fit into the model's context/,
  },
  {
    name: "an answer that is cut",
    turn: { text: "It is for", finish: "length" },
    code: 6,
    message: /cut at its output limit/,
  },
  {
    name: "a busy model",
    turn: error(429, "Rate limit reached"),
    code: 7,
    message: /too much to do/,
  },
  {
    name: "a broken model",
    turn: error(500, "oops"),
    code: 7,
    message: /reports an error of its own/,
  },
];

Deno.test("every way in which a model fails has its message and exit code", async (t) => {
  let turn: Turn = {};
  await using lab = await createLab({ answer: () => turn });
  for (const refusal of REFUSALS) {
    await t.step(refusal.name, async () => {
      turn = refusal.turn;
      const { task, files } = await lab.run({ prompt: "do it" });
      assert.equal(task.status, "failed");
      assert.match(task.errorMessage!, new RegExp(`exit code ${refusal.code}\\b`));
      assert.match(task.errorMessage!, refusal.message);
      assert.ok(files.get("output/response.md"), "no answer at all");
      assert.doesNotMatch(task.errorMessage!, /sk-lab/);
    });
  }
});

Deno.test("a pipe where the answer should be holds nothing up", async () => {
  await using lab = await createLab({
    answer: script([bash("mkfifo output/response.md"), { text: "It is a pipe." }]),
  });
  const { task, files } = await lab.run({ prompt: "do it" });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  assert.deepEqual([...files], []);
  assert.match(JSON.stringify(task.output?.skipped_files), /output\/response\.md/);
});

Deno.test("a second step that fails leaves the first one's answer", async () => {
  await using lab = await createLab({
    answer: script([bash("echo answer > output/response.md"), { text: "ok" }], [
      error(402, "Insufficient Balance"),
    ]),
  });
  const { task, files } = await lab.run({ prompt: "do it", outputPrompt: "as a poem" });
  assert.match(task.errorMessage!, /exit code 6/);
  assert.deepEqual([...files], [["output/response.md", "answer\n"]]);
});

Deno.test("what is not configured is said, with where to do it", async (t) => {
  const answer = () => ({ text: "never asked" });
  await t.step("no model", async () => {
    await using lab = await createLab({ answer, settings: () => ({ model: "" }) });
    const { task } = await lab.run({ prompt: "do it" });
    assert.match(task.errorMessage!, /exit code 3[^]*No model is configured[^]*agent\.json/);
  });
  await t.step("no key", async () => {
    await using lab = await createLab({
      answer,
      key: null,
      settings: () => ({ model: "deepseek/deepseek-flash", providers: {} }),
    });
    const { task } = await lab.run({ prompt: "do it" });
    assert.match(task.errorMessage!, /exit code 3[^]*no key for deepseek[^]*\/run\/agent\/api_key/);
  });
  await t.step("a provider that nobody knows", async () => {
    await using lab = await createLab({
      answer,
      settings: () => ({ model: "depseek/deepseek-flash", providers: {} }),
    });
    const { task } = await lab.run({ prompt: "do it" });
    assert.match(
      task.errorMessage!,
      /exit code 3[^]*"depseek"[^]*anthropic, deepseek, glm, kimi, ollama, openai, qwen, vllm[^]*moonshotai/,
    );
  });
  await t.step("a key that the container's user may not read", async () => {
    await using lab = await createLab({ answer, keyMode: 0o600, sandbox: { user: "4321" } });
    const { task } = await lab.run({ prompt: "do it" });
    assert.match(
      task.errorMessage!,
      /exit code 3[^]*user 4321[^]*may not read \/run\/agent\/api_key/,
    );
  });
  await t.step("no prompt", async () => {
    await using lab = await createLab({ answer });
    const { task } = await lab.run({ prompt: "  \n" });
    assert.match(task.errorMessage!, /exit code 2[^]*has no prompt/);
  });
  await t.step("nothing there", async () => {
    await using lab = await createLab({
      answer,
      settings: () => ({
        language: "zh",
        providers: { lab: { baseUrl: "http://127.0.0.1:9/v1", api: "openai-completions" } },
      }),
    });
    const { task } = await lab.run({ prompt: "do it" });
    assert.match(task.errorMessage!, /无法连接模型/);
  });
});

Deno.test("a built-in provider takes the mounted key; the root may be read-only, the user any", async () => {
  await using lab = await createLab({
    answer: script([bash("id -u > output/uid; touch $HOME/x && echo home > output/home")]),
    settings: (model) => ({
      model: "deepseek/deepseek-flash",
      providers: { deepseek: { baseUrl: `http://host.docker.internal:${model.port}/v1` } },
    }),
    sandbox: { read_only_root: true, user: "4321:4321" },
  });
  const { task, files } = await lab.run({ prompt: "who are you?" });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  assert.equal(files.get("output/uid"), "4321\n");
  assert.equal(files.get("output/home"), "home\n");
  assert.equal(lab.model.questions[0].authorization, "Bearer sk-lab");
});

Deno.test("a short name stands for its endpoint, and needs no more than another address", async () => {
  await using lab = await createLab({
    answer: script([{ text: "Local." }]),
    key: null,
    settings: (model) => ({
      model: "ollama/qwen3:32b",
      providers: { ollama: { baseUrl: `http://host.docker.internal:${model.port}/v1` } },
    }),
  });
  const { task, files } = await lab.run({ prompt: "who are you?" });
  assert.equal(task.status, "completed", task.errorMessage ?? "");
  assert.equal(files.get("output/response.md"), "Local.\n");
  assert.equal(lab.model.questions[0].model, "qwen3:32b");
});
