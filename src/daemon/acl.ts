import type { Account } from "./account.ts";
import { runProgram } from "./system_program.ts";

/** What is asked of an access list. */
export interface AclQuestion {
  /** Wanted, as in a mode: 4 to read, 2 to write, 1 to enter. */
  readonly bits: number;
  /** The account is in the group that the file belongs to. */
  readonly isInGroup: boolean;
}

/**
 * Whether a file's access list lets an account do what the mode does not show (acl(5)). A machine without
 * `getfacl` is taken to have no such lists.
 */
export async function aclAllows(
  account: Account,
  path: string,
  question: AclQuestion,
): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const options = ["--absolute-names", "--numeric", "--omit-header", "--no-effective"];
  const ended = await runProgram("getfacl", [...options, "--", path]).catch((error) => {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  });
  return ended?.code === 0 && allows(ended.stdout, account, question);
}

function allows(list: string, account: Account, { bits, isInGroup }: AclQuestion): boolean {
  const entries = list.split("\n").map((line) => line.split(":"));
  const permissions = (kind: string, isMeant: (id: string) => boolean) =>
    entries.filter(([found, id]) => found === kind && isMeant(id)).map(([, , rwx]) => bitsOf(rwx));
  const [mask = 0] = permissions("mask", () => true);
  const own = permissions("user", (id) => id === String(account.uid));
  const shared = permissions(
    "group",
    (id) => id === "" ? isInGroup : account.gids.includes(Number(id)),
  );
  return (own.length > 0 ? own : shared).some((granted) => (granted & mask & bits) === bits);
}

function bitsOf(rwx: string): number {
  return (rwx[0] === "r" ? 4 : 0) | (rwx[1] === "w" ? 2 : 0) | (rwx[2] === "x" ? 1 : 0);
}
