import { join } from "@std/path";

/** Names the daemon's own files in the data folder `dataDir` (an absolute path). */
export function daemonFiles(dataDir: string) {
  return {
    /** Empty; locked while an agent lives. Never removed, nor opened by anything but the lock. */
    lock: join(dataDir, "agent.lock"),
    /** The agent's process number, for people and scripts. */
    pid: join(dataDir, "agent.pid"),
    /** Tells the agent's process from a later one with the same number. */
    holder: join(dataDir, "agent.holder"),
    /** Leads to the control channel and carries the secret of this start. */
    control: join(dataDir, "agent.control"),
    /** The usual place of the control socket. */
    socket: join(dataDir, "agent.sock"),
    /** The number of the process that `agent-core stop` ends by a signal. */
    stop: join(dataDir, "agent.stop"),
    /** Log of an agent in the background. */
    log: join(dataDir, "agent.log"),
  };
}
