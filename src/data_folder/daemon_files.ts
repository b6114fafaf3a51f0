import { join } from "@std/path";

/** Where the daemon's own files lie in a data folder. */
export interface DaemonFiles {
  /** Empty; locked while an agent lives. Never removed, nor opened by anything but the lock. */
  readonly lock: string;
  /** The agent's process number, for people and scripts. */
  readonly pid: string;
  /** Tells the agent's process from a later one with the same number. */
  readonly holder: string;
  /** Leads to the control channel and carries the secret of this start. */
  readonly control: string;
  /** The usual place of the control socket. */
  readonly socket: string;
  /** The number of the process that `agent-core stop` ends by a signal. */
  readonly stop: string;
  /** Log of an agent in the background. */
  readonly log: string;
}

/** Names the daemon's files in the data folder `dataDir` (an absolute path). */
export function daemonFiles(dataDir: string): DaemonFiles {
  return {
    lock: join(dataDir, "agent.lock"),
    pid: join(dataDir, "agent.pid"),
    holder: join(dataDir, "agent.holder"),
    control: join(dataDir, "agent.control"),
    socket: join(dataDir, "agent.sock"),
    stop: join(dataDir, "agent.stop"),
    log: join(dataDir, "agent.log"),
  };
}
