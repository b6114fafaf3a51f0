import { detachProxyEnvironment, VERSION } from "../util/mod.ts";
import { type App, createApp } from "./app.ts";
import { explained } from "./explained.ts";
import { asksForVersion } from "./information.ts";
import { chooseLanguage } from "./language.ts";

/** Runs the program with these arguments and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const proxies = detachProxyEnvironment();
  const env = Deno.env.toObject();
  const app = createApp({ env, lang: chooseLanguage(args, env), proxies });
  const answer = quickAnswer(args);
  if (answer) return await explained(app, () => answer(app));
  // The compiled program has everything behind this import in a bundle of its own (.ci/compile.ts).
  const { runProgram } = await import("./program.ts");
  return await runProgram(app, args);
}

/** What scripts ask for again and again does not wait for the library that reads command lines. */
function quickAnswer(args: readonly string[]): ((app: App) => Promise<void>) | undefined {
  if (asksForVersion(args)) return printVersion;
  return args.length === 1 && args[0] === "status" ? showStatus : undefined;
}

function printVersion(app: App): Promise<void> {
  app.print(`agent-core ${VERSION}`);
  return Promise.resolve();
}

async function showStatus(app: App): Promise<void> {
  const { status } = await import("./status/status.ts");
  await status(app, {});
}
