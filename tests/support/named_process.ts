import { join } from "@std/path";

/** A process of this machine that does nothing; killed at the end. */
export interface NamedProcess extends AsyncDisposable {
  readonly pid: number;
  end(): Promise<void>;
}

/** Starts a copy of `sleep` under another name, which it puts into `folder`. */
export async function startNamed(folder: string, name: string): Promise<NamedProcess> {
  const path = join(folder, name);
  await Deno.copyFile("/bin/sleep", path);
  const child = new Deno.Command(path, { args: ["1000"], stdin: "null" }).spawn();
  const end = async () => {
    try {
      child.kill("SIGKILL");
    } catch { /* It has ended. */ }
    await child.status;
  };
  return { pid: child.pid, end, [Symbol.asyncDispose]: end };
}
