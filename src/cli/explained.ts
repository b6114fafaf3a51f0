import { Failure, failureText, systemErrorOf, systemTrouble } from "../i18n/mod.ts";
import { VERSION } from "../util/mod.ts";
import { type App, EXIT } from "./app.ts";

/**
 * Does some work and returns the exit code. What goes wrong is said, without a stack where a person can
 * do something about it: an error that is neither a {@linkcode Failure} nor one of the system is a bug.
 */
export async function explained(app: App, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return app.exitCode;
  } catch (error) {
    if (error instanceof Failure) {
      app.say(failureText.error({ reason: error.text }));
      return error.exitCode;
    }
    const refused = systemErrorOf(error);
    if (refused) app.say(failureText.error({ reason: systemTrouble(refused) }));
    else {
      app.say(failureText.unexpected({ version: VERSION }));
      app.say(error instanceof Error ? error.stack ?? error.message : String(error));
    }
    return EXIT.failed;
  }
}
