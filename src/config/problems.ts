import { configText, Failure, joinTexts, type Text } from "../i18n/mod.ts";

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** Place, key, what was found and what is expected, in one sentence. */
  readonly text: Text;
  /** Line of the file, from 1; absent for the environment, flags and the file as a whole. */
  readonly line?: number;
  /** Such as `server.base_url`; absent for broken TOML. */
  readonly key?: string;
}

/** Problems that are listed; more would scroll the first ones away. */
const LISTED = 50;

/** The configuration cannot be used. Names every problem. */
export class ConfigFailure extends Failure {
  override readonly name: string = "ConfigFailure";
  override readonly exitCode = 2;
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options?: ErrorOptions) {
    const listed = problems.slice(0, LISTED).map(({ text }) => text);
    const rest = problems.length - listed.length;
    if (rest > 0) listed.push(configText.moreProblems({ count: rest }));
    const head = configText.problemsFound({ file, count: problems.length });
    const lines = listed.map(({ zh, en }) => ({ zh: `  ${zh}`, en: `  ${en}` }));
    super(problems.length === 1 ? listed[0]! : joinTexts([head, ...lines]), options);
    this.file = file;
    this.problems = problems;
  }
}

/** There is no configuration file yet. */
export class ConfigMissing extends ConfigFailure {
  override readonly name = "ConfigMissing";

  constructor(file: string, options?: ErrorOptions) {
    super(file, [{ text: configText.configMissing({ file }) }], options);
  }
}
