import type { Config } from "../config/mod.ts";
import type { Lang, Text } from "../i18n/mod.ts";
import type { AttemptRow } from "../journal/mod.ts";
import type { Logger } from "../log/mod.ts";
import { type Clock, type ProxySettings, SYSTEM_CLOCK } from "../util/mod.ts";

/** What everything that goes on for months goes by. */
export const CLOCK: Clock = SYSTEM_CLOCK;

/** What an agent is made of. */
export interface AgentOptions {
  readonly config: Config;
  /** Absolute; no container may see it. */
  readonly configPath: string;
  readonly version: string;
  readonly lang: Lang;
  readonly log: Logger;
  /** Where an engine may be named: DOCKER_HOST and the like. */
  readonly env: Readonly<Record<string, string>>;
  /** The proxies that the environment named, for `use_system_proxy`. */
  readonly proxies: ProxySettings;
  /** Requests a minute that the Server allows. @default {150} */
  readonly requestsPerMinute?: number;
  /** A service manager starts it anew whenever it ends with another code than 0. @default {false} */
  readonly isService?: boolean;
  /** What it is doing while it starts: the pull of an image and the like. */
  readonly onStarting?: (news: Text) => void;
  /** It takes tasks from now on. */
  readonly onReady?: () => void;
  readonly onProgress?: (row: AttemptRow, what: Text) => void;
}
