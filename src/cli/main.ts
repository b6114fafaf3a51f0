import { cliText, Failure } from "../i18n/mod.ts";
import { detachProxyEnvironment, VERSION } from "../util/mod.ts";
import { type App, createApp, EXIT } from "./app.ts";
import { chooseLanguage } from "./language.ts";

/** Errors of a command line or a configuration that a person has to mend first. */
const USAGE = ["WrongUse", "UsageFailure", "ConfigFailure", "ConfigMissing"];

/** Runs the program with these arguments and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const proxies = detachProxyEnvironment();
  const env = Deno.env.toObject();
  const app = createApp({ env, lang: chooseLanguage(args, env), proxies });
  try {
    if (!await answerAtOnce(app, args)) {
      const { parse } = await import("./program.ts");
      await parse(app, args);
    }
    return app.exitCode;
  } catch (error) {
    return explain(app, error);
  }
}

/** What scripts ask for again and again does not wait for the library that reads command lines. */
async function answerAtOnce(app: App, [word, ...others]: readonly string[]): Promise<boolean> {
  if (others.length > 0) return false;
  if (word === "--version" || word === "-V") {
    app.print(`agent-core ${VERSION}`);
    return true;
  }
  if (word !== "status") return false;
  const { status } = await import("./status.ts");
  await status(app, {});
  return true;
}

/** Says what went wrong, without a stack for what a person can mend, and what the exit code is. */
function explain(app: App, error: unknown): number {
  if (error instanceof Failure) {
    const wrongUse = error.name === "WrongUse";
    app.say(wrongUse ? error.text : cliText.error({ reason: error.text }));
    // By name: knowing the classes would mean to load their rooms for every command.
    return USAGE.includes(error.name) ? EXIT.usage : EXIT.failed;
  }
  app.say(cliText.unexpected({ version: VERSION }));
  app.say(error instanceof Error ? error.stack ?? error.message : String(error));
  return EXIT.failed;
}
