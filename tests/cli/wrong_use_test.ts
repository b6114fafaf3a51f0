import assert from "node:assert/strict";

import { wrongUse } from "../../src/cli/wrong_use.ts";

Deno.test("what the library says of a command line is said in both languages", () => {
  const said = (message: string) => {
    const { zh, en } = wrongUse(message);
    assert.notEqual(zh, en, message);
    return en;
  };
  assert.equal(
    said('Unknown option "--drian". Did you mean option "--drain"?'),
    "There is no option --drian. Did you mean --drain?",
  );
  assert.equal(
    said('Unknown command "xyzzy". Did you mean command "run"?'),
    "There is no command xyzzy.",
  );
  assert.equal(
    said('Option "--port" must be of type "integer", but got "x".'),
    "--port must be a number, not x.",
  );
  for (
    const message of [
      'Option "--lang" can only occur once, but was found several times.',
      'Option "--force" doesn\'t take a value, but got "x".',
      'Missing value for option "--token".',
      'Option "--help" cannot be combined with other options.',
      'Missing required option "--x".',
      'Option "--drain" conflicts with option "--cancel-tasks".',
      'Option "--discard" depends on option "--force".',
      "Missing argument(s): task",
      "Missing argument: task",
      "Too many arguments: a b",
      'No arguments allowed for command "agent-core init".',
    ]
  ) {
    said(message);
  }
  assert.equal(wrongUse("Something new.").zh, "Something new.");
});
