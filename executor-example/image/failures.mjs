/** Every way to fail: its exit code. The words are in messages.en.json and messages.zh.json. */
const CODES = {
  unexpected: 1,
  noTask: 2,
  noPrompt: 2,
  noModel: 3,
  noKey: 3,
  keyUnreadable: 3,
  keyEmpty: 3,
  keyLines: 3,
  keySigns: 3,
  keyPlaceholder: 3,
  keyInSettings: 3,
  badSettings: 3,
  unknownProvider: 3,
  unknownModel: 3,
  keyRefused: 4,
  refused: 5,
  outputLimit: 6,
  contextFull: 6,
  noCredit: 6,
  busy: 7,
  serverFailed: 7,
  unreachable: 7,
  cutOff: 7,
  modelFailed: 7,
  crashed: 8,
  noAnswer: 9,
  noForm: 9,
  timeout: 124,
  stopped: 143,
};

/** A failure that is known. `reply` is what the agent had said until then. */
export class Failed extends Error {
  constructor(kind, facts = {}, reply = "") {
    super(kind);
    this.kind = kind;
    this.facts = facts;
    this.reply = reply;
  }
}

/**
 * What providers say, each in its own way; the first that fits. Money before keys and rates: an empty
 * account is often a 403 or a 429.
 */
const SIGNS = [
  [
    "noCredit",
    /\b402\b|insufficient[_ ](balance|quota|credit|fund)|quota (exceeded|limit)|exceeded your current quota|credit balance|usage limit|billing|arrears|out of (tokens|credits)/i,
  ],
  [
    "contextFull",
    /context[_ ](length|window|size)|prompt (is )?too long|too many tokens|token limit|maximum prompt length|input length|longer than the model/i,
  ],
  ["refused", /content[_ ]?(filter|policy|risk|exists)|refus|safety|inspection|sensitive/i],
  [
    "unknownModel",
    /model[^.]{0,80}(not found|not exist|does not exist|not supported)|no such model|unknown (model|provider)|\b404\b/i,
  ],
  ["keyRefused", /\b401\b|\b403\b|unauthori[sz]ed|authenti|forbidden|api[_ ]key|credential/i],
  ["busy", /\b429\b|\b529\b|rate.?limit|overloaded|too many requests|capacity/i],
  ["serverFailed", /\b50\d\b|\b52\d\b|internal server error|bad gateway|service unavailable/i],
  [
    "cutOff",
    /terminated|premature|other side closed|ended (without|before)|incomplete|unexpected end|aborted/i,
  ],
  [
    "unreachable",
    /ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|fetch failed|connection|network|socket|timed? ?out|certificate/i,
  ],
];

/** The failure behind what a provider or the agent said. */
export function failureOf(said, otherwise, reply) {
  const [kind] = SIGNS.find(([, sign]) => sign.test(said)) ?? [otherwise];
  return new Failed(kind, { reason: said.slice(0, 1_000) }, reply);
}

/** Exit code and message of whatever was thrown. */
export function explain(error, say) {
  if (error instanceof Failed) {
    return { code: CODES[error.kind], message: say(error.kind, error.facts) };
  }
  return {
    code: CODES.unexpected,
    message: say("unexpected", { reason: error?.stack ?? String(error) }),
  };
}
