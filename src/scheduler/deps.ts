import type { Config } from "../config/mod.ts";
import type { Executor } from "../executor/mod.ts";
import type { Lang, Text } from "../i18n/mod.ts";
import type { AttemptRow, Journal, Owner } from "../journal/mod.ts";
import type { Logger } from "../log/mod.ts";
import type { ServerClient } from "../server/mod.ts";
import type { Uploader } from "../uploader/mod.ts";
import type { Clock } from "../util/mod.ts";

/** What the scheduler works with. */
export interface Deps {
  readonly config: Config;
  readonly owner: Owner;
  readonly journal: Journal;
  readonly server: ServerClient;
  readonly executor: Executor;
  readonly uploader: Uploader;
  readonly log: Logger;
  readonly clock: Clock;
  /** Which boot of the machine this is. @default {nobody can tell} */
  readonly bootId?: string;
  /** The language of what a task's user reads in its report. */
  readonly lang: Lang;
  /** Keeps secrets out of what is sent. @default {String} */
  readonly conceal?: (text: string) => string;
  /** Called whenever something in the life of a task has happened, for those who show it. */
  readonly onProgress?: (row: AttemptRow, what: Text) => void;
}
