import type { Config } from "../../config/mod.ts";
import { detach } from "../../daemon/mod.ts";
import { daemonFiles } from "../../data_folder/mod.ts";
import { cliText } from "../../i18n/mod.ts";
import { proxyVariables } from "../../util/mod.ts";
import { type App, UsageFailure } from "../app.ts";
import { isRegistered, load } from "../load.ts";
import { onSignals } from "../terminal/signals.ts";
import { firstContact } from "./first_contact.ts";
import { globalWords, type OverrideOptions, overridesOf, overrideWords } from "./overrides.ts";

/** Starts the agent in the background, and says whether it is up and in touch with the Server. */
export async function runDetached(app: App, options: OverrideOptions): Promise<void> {
  // A wrong configuration is said on the terminal, not in the log of the process to come.
  const { config, path } = await load(app, options, overridesOf(options));
  if (!isRegistered(config)) throw new UsageFailure(cliText.notRegistered({ path }));
  const { dataDir } = config.paths;
  const cancel = new AbortController();
  const stopListening = onSignals(() => cancel.abort());
  app.say(cliText.detaching);
  try {
    const { pid } = await detach({
      args: [...globalWords(app, path, options), "run", ...overrideWords(options)],
      dataDir,
      // main.ts has taken them out of this process's own environment.
      env: proxyVariables(app.proxies),
      onProgress: (news) => app.say(news),
      signal: cancel.signal,
    });
    app.print(cliText.detached({ pid, log: daemonFiles(dataDir).log }));
    await tellContact(app, config, cancel.signal);
  } finally {
    stopListening();
  }
}

/** An agent that is not in touch with the Server runs all the same: the exit code stays what it is. */
async function tellContact(app: App, { server, paths }: Config, signal: AbortSignal) {
  const contact = await firstContact(paths.dataDir, signal).catch((error) => {
    // Whoever does not want to wait leaves the agent running.
    if (!signal.aborted) throw error;
  });
  const url = server.baseUrl;
  if (contact?.state === "in_touch") app.print(cliText.contactMade({ url }));
  if (contact?.state === "refused") app.say(cliText.contactRefused({ why: contact.why }));
  if (contact?.state === "away") app.say(cliText.contactAway({ why: contact.why }));
  if (contact?.state === "no_answer") app.say(cliText.contactNoAnswer({ url }));
}
