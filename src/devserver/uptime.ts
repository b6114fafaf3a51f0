import { devserverText, Failure, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { type HttpListener, type HttpService, listenHttp } from "./http_server.ts";
import type { Settings } from "./settings.ts";

/** Only this machine reaches it. */
const HOSTNAME = "127.0.0.1";

/** What {@linkcode Uptime} works with. */
export interface UptimeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly settings: Settings;
  readonly sweep: () => void;
  readonly log: Logger;
}

/** Opens and closes the port, and looks for silent agents regularly while it is open. */
export class Uptime {
  readonly #options: UptimeOptions;
  /** Once open, always the same. */
  #port: number;
  #listener: HttpListener | undefined;
  #sweeping: ReturnType<typeof setInterval> | undefined;

  constructor(options: UptimeOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get url(): string {
    return `http://${HOSTNAME}:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Looks for silent agents before any heartbeat can come in, then opens the port. @throws {Failure} */
  open(service: HttpService): void {
    if (this.#listener) return;
    this.#options.sweep();
    const address = { hostname: HOSTNAME, port: this.#port };
    try {
      this.#listener = listenHttp({ ...address, service });
    } catch (error) {
      const reason = textOf(error).en;
      throw new Failure(devserverText.portTaken({ ...address, reason }));
    }
    this.#port = this.#listener.port;
    this.sweepRegularly();
    this.#options.log.info(devserverText.listening({ url: this.url }));
  }

  /** Looks for silent agents in the interval that the settings say from now on, if the port is open. */
  sweepRegularly(): void {
    clearInterval(this.#sweeping);
    if (!this.#listener) return;
    const { sweep, settings } = this.#options;
    this.#sweeping = setInterval(sweep, settings.sweepEveryMs);
  }

  /** Cuts every connection and closes the port. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    clearInterval(this.#sweeping);
    if (!listener) return;
    await listener.close();
    this.#options.log.info(devserverText.closed({ url: this.url }));
  }
}
