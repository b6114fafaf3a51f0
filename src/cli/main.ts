import { cliText, Failure } from "../i18n/mod.ts";
import { detachProxyEnvironment, VERSION } from "../util/mod.ts";
import { type App, createApp, EXIT } from "./app.ts";
import { chooseLanguage } from "./language.ts";

/** Errors of a command line or a configuration that a person has to mend first. */
const USAGE = ["WrongUse", "UsageFailure", "ConfigFailure", "ConfigMissing"];

/** Runs the program with these arguments and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const proxies = detachProxyEnvironment();
  const app = createApp(chooseLanguage(args, Deno.env.toObject()), proxies);
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    // Nothing else needs to be loaded for this.
    app.print(`agent-core ${VERSION}`);
    return EXIT.done;
  }
  const { parse } = await import("./program.ts");
  try {
    await parse(app, args);
    return app.exitCode;
  } catch (error) {
    return explain(app, error);
  }
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
