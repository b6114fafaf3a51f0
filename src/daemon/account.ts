import { daemonText, Failure } from "../i18n/mod.ts";
import { runProgram } from "./system_program.ts";

/** An account of this machine, with what decides what it may do. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Its own group. */
  readonly gid: number;
  /** All of its groups, its own included. */
  readonly gids: readonly number[];
}

/**
 * Looks up an account (not on Windows), wherever the machine keeps them.
 *
 * @throws {Failure} when there is none of that name, with the command that makes one.
 */
export async function findAccount(
  name: string,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<Account> {
  const [uid, gid, ...gids] = [
    ...await numbers("-u", name),
    ...await numbers("-g", name),
    ...await numbers("-G", name),
  ];
  if (uid === undefined || gid === undefined) {
    const command = os === "darwin"
      ? `sudo sysadminctl -addUser ${name}`
      : `sudo useradd --system --create-home ${name}`;
    throw new Failure(daemonText.accountMissing({ name, command }));
  }
  return { name, uid, gid, gids };
}

/** The name of a group, its number where this machine's own list does not have it. */
export async function groupName(gid: number): Promise<string> {
  const list = await Deno.readTextFile("/etc/group").catch(() => "");
  const line = list.split("\n").find((line) => line.split(":")[2] === String(gid));
  return line?.split(":")[0] ?? String(gid);
}

async function numbers(what: string, name: string): Promise<number[]> {
  const ended = await runProgram("id", [what, "--", name]);
  if (!ended) throw new Failure(daemonText.commandMissing({ command: "id" }));
  return ended.code === 0 ? ended.stdout.trim().split(/\s+/).map(Number) : [];
}
