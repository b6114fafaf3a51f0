import type { Engine } from "../../docker/mod.ts";
import { bootId } from "../../util/mod.ts";
import type { Boot } from "./end_verdict.ts";
import { traitsOf } from "./engine_traits.ts";

/**
 * The present start of the engine. Engines do not tell it; what changes with it is their own bridge
 * network, made anew at every start that kept no container, and (where there is none) their socket.
 * Undefined for one whose starts do not matter to its containers.
 */
export async function engineBoot(
  engine: Engine,
  signal?: AbortSignal,
): Promise<Boot | undefined> {
  if (!traitsOf(engine).endsContainers) return undefined;
  const mark = await engine.startMark(signal);
  if (mark !== undefined) {
    const since = Date.parse(mark.split(" ").at(-1) ?? "");
    return { id: mark, ...Number.isFinite(since) && { since }, isCertain: true };
  }
  if (engine.endpoint.kind !== "unix") return undefined;
  const socket = await Deno.stat(engine.endpoint.path).catch(() => undefined);
  if (!socket?.mtime) return undefined;
  const since = socket.mtime.getTime();
  return { id: `socket ${socket.ino ?? 0} ${since}`, since };
}

/**
 * The present boot of this machine, where the engine's containers go down with it: an engine behind a
 * unix socket on Linux. Elsewhere they live in a virtual machine or on another one.
 */
export async function machineBoot(engine: Engine): Promise<Boot | undefined> {
  if (engine.endpoint.kind !== "unix") return undefined;
  try {
    const id = await bootId();
    if (id === undefined) return undefined;
    const uptime = Number.parseFloat(await Deno.readTextFile("/proc/uptime"));
    return { id, ...Number.isFinite(uptime) && { since: Date.now() - uptime * 1000 } };
  } catch {
    return undefined;
  }
}
