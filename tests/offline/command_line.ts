/** A small command line for the tests of `@cliffy/command`, started as a program of its own. */
import { Command, ValidationError } from "@cliffy/command";
import { CompletionsCommand } from "@cliffy/command/completions";
import { HelpCommand } from "@cliffy/command/help";

const show = (what: string, ...values: unknown[]) => console.log(JSON.stringify([what, ...values]));

const logs = new Command<{ lang?: string }>()
  .description("Shows the output.\nOf a task or of the agent.")
  .arguments("[task:string]")
  .option("-f, --follow", "Goes on.\nUntil the end.")
  .option("-n, --lines <count:integer>", "How many lines.")
  .option("--secret-key <key:string>", "Two words.", { depends: ["lines"] })
  .option("--first <count:number>", "The other end.", { conflicts: ["lines"] })
  .example("The last lines", "tool logs -n 5")
  .action((options, task) => {
    const lang: string | undefined = options.lang;
    const follow: true | undefined = options.follow;
    const lines: number | undefined = options.lines;
    const name: string | undefined = task;
    show("logs", { ...options, lang, follow, lines }, name ?? null);
  });

const root = new Command()
  .name("tool")
  .description("Tries things out.")
  .help((command, { long = false }) => `Help of ${command.getPath()}, ${long ? "long" : "short"}`)
  .helpOption("-h, --help", "Helps.")
  .throwErrors()
  .globalOption("-c, --config <file:string>", "配置文件")
  .globalOption("--lang <lang:string:lang>", "语言")
  .globalComplete("lang", () => ["zh", "en"])
  .action(() => show("root"));
root.command("logs", logs);
root.command("copy <from:string> <to:string>", "Copies.")
  .option("-l, --label <label:string>", "Several.", { collect: true })
  .option("-t, --token <token:string>", "A word.")
  .action(({ label, token }, from, to) => {
    const labels: string[] | undefined = label;
    const word: string | undefined = token;
    show("copy", { labels, word }, from, to);
  });
root.command("fail", "Fails.").action(async () => {
  await Promise.resolve();
  throw new Error("no luck");
});
root.command("completions", new CompletionsCommand());
root.command("help", new HelpCommand());

if (import.meta.main) {
  try {
    await root.reset().parse(Deno.args);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    console.error(`${error.cmd?.getPath()}: ${error.message}`);
    Deno.exit(error.exitCode);
  }
}
