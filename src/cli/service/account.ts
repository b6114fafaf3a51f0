import type { Config } from "../../config/mod.ts";
import { type Account, groupName, type Hindrance, hindranceOf } from "../../daemon/mod.ts";
import { engineSockets } from "../../docker/mod.ts";
import { cliText, Failure, joinTexts, type Text } from "../../i18n/mod.ts";
import { shellWord } from "../terminal/shell_word.ts";

/** What an account has to be able to do as the agent. */
export interface AccountNeeds {
  readonly account: Account;
  /** The program's own path. */
  readonly program: string;
  readonly config: Config;
  readonly configPath: string;
  /** The environment that the service will have. */
  readonly env: Readonly<Record<string, string>>;
  /** Files of certificates that the environment names. */
  readonly certificates: readonly string[];
}

/**
 * Checks that an account can be the agent: run the program, reach the engine, read the configuration, change the data
 * folder.
 *
 * @throws {Failure} with all that is missing, and the commands that give it.
 */
export async function checkAccount(needs: AccountNeeds): Promise<void> {
  const { account, program, config, configPath, certificates } = needs;
  const { name } = account;
  const { dataDir } = config.paths;
  const missing = [
    await programProblem(account, program),
    await engineProblem(needs),
    ...await problems(account, [configPath], "read", (path) => {
      const command = `sudo chown ${name}: ${shellWord(path)}`;
      return cliText.accountMayNotRead({ path, command });
    }),
    ...await problems(account, [dataDir], "change", (path, { kind }) => {
      const word = shellWord(path);
      return kind === "absent"
        ? cliText.accountMayNotMake({ path, command: `sudo install -d -o ${name} -m 700 ${word}` })
        : cliText.accountMayNotChange({ path, command: `sudo chown -R ${name}: ${word}` });
    }),
    ...await problems(account, certificates, "read", (path) => {
      const command = `sudo chmod o+r ${shellWord(path)}`;
      return cliText.accountMayNotRead({ path, command });
    }),
  ].filter((text) => text !== undefined);
  if (missing.length > 0) {
    throw new Failure(cliText.accountUnready({ name, missing: joinTexts(unique(missing)) }));
  }
}

/** Warnings about mounts that the account cannot read, which matters to some engines only. */
export async function mountWarnings({ account, config }: AccountNeeds): Promise<Text[]> {
  const { name } = account;
  const { mounts } = config.paths;
  return await problems(account, mounts.map(({ host }) => host), "read", (path) => {
    const command = `sudo setfacl -R -m u:${name}:rX ${shellWord(path)}`;
    return cliText.accountMayNotReadMount({ name, path, command });
  });
}

async function problems(
  account: Account,
  paths: readonly string[],
  access: "read" | "change",
  explain: (path: string, hindrance: Hindrance) => Text,
): Promise<Text[]> {
  const found: Text[] = [];
  for (const path of paths) {
    const hindrance = await hindranceOf(account, path, access);
    if (hindrance?.kind === "closed") found.push(closed(hindrance));
    else if (hindrance) found.push(explain(path, hindrance));
  }
  return found;
}

function closed({ path: folder }: Hindrance): Text {
  return cliText.accountMayNotEnter({ folder, command: `sudo chmod o+x ${shellWord(folder)}` });
}

/** A program in somebody's home folder is often for that account alone. */
async function programProblem(account: Account, path: string): Promise<Text | undefined> {
  if (await hindranceOf(account, path, "run") === undefined) return undefined;
  const command = `sudo install -m 755 ${shellWord(path)} /usr/local/bin/`;
  return cliText.accountMayNotRun({ path, command });
}

/** Why the account cannot use the engine; a socket that is not there is no reason. */
async function engineProblem({ account, config, env }: AccountNeeds): Promise<Text | undefined> {
  const home = `${Deno.build.os === "darwin" ? "/Users" : "/home"}/${account.name}`;
  const places = { host: config.docker.host, env, home, uid: account.uid };
  let problem: Text | undefined;
  for (const socket of engineSockets(places)) {
    const stat = await Deno.stat(socket).catch(() => undefined);
    if (stat === undefined) continue;
    const hindrance = await hindranceOf(account, socket, "write");
    if (hindrance === undefined) return undefined;
    problem ??= hindrance.kind === "closed"
      ? closed(hindrance)
      : await socketProblem(account, socket, stat);
  }
  return problem;
}

async function socketProblem(
  account: Account,
  socket: string,
  { gid, mode }: Deno.FileInfo,
): Promise<Text> {
  // Not the group of root: it opens far more than the socket.
  const forGroup = gid !== null && gid !== 0 && ((mode ?? 0) & 0o020) !== 0;
  if (!forGroup || account.gids.includes(gid)) return cliText.accountMayNotConnect({ socket });
  const group = await groupName(gid);
  const command = `sudo usermod -aG ${group} ${account.name}`;
  return cliText.accountNotInGroup({ socket, group, command });
}

function unique(texts: readonly Text[]): Text[] {
  return [...new Map(texts.map((text) => [text.en, text])).values()];
}
