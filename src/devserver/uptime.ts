import { devserverText, Failure, textOf } from "../i18n/mod.ts";
import type { Logger } from "../log/mod.ts";
import { type HttpListener, type HttpService, listenHttp } from "./http_server.ts";
import type { Settings } from "./settings.ts";

/** Opens and closes the port, and looks for silent agents regularly while it is open. */
export class Uptime {
  readonly #hostname: string;
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #sweep: () => void;
  #port: number;
  #listener: HttpListener | undefined;
  #sweeping: ReturnType<typeof setInterval> | undefined;

  constructor(o: {
    hostname: string;
    port: number;
    settings: Settings;
    sweep: () => void;
    log: Logger;
  }) {
    this.#hostname = o.hostname;
    this.#port = o.port;
    this.#settings = o.settings;
    this.#sweep = o.sweep;
    this.#log = o.log;
  }

  get url(): string {
    return `http://${this.#hostname}:${this.#port}`;
  }

  /** Once open, always the same. */
  get port(): number {
    return this.#port;
  }

  /** Looks for silent agents before any heartbeat can come in, then opens the port. @throws {Failure} */
  open(service: HttpService): void {
    if (this.#listener) return;
    this.#sweep();
    const hostname = this.#hostname;
    try {
      this.#listener = listenHttp({ hostname, port: this.#port, service });
    } catch (error) {
      const reason = textOf(error).en;
      throw new Failure(devserverText.portTaken({ hostname, port: this.#port, reason }));
    }
    this.#port = this.#listener.port;
    this.sweepRegularly();
    this.#log.info(devserverText.listening({ url: this.url }));
  }

  /** Looks for silent agents in the interval that the settings say from now on, if the port is open. */
  sweepRegularly(): void {
    clearInterval(this.#sweeping);
    if (!this.#listener) return;
    this.#sweeping = setInterval(this.#sweep, this.#settings.sweepEveryMs);
  }

  /** Cuts every connection and closes the port. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    clearInterval(this.#sweeping);
    if (!listener) return;
    await listener.close();
    this.#log.info(devserverText.closed({ url: this.url }));
  }
}
