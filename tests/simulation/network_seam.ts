import { put } from "./globals.ts";

/** What carries a request to whoever it is for. */
export type Carrier = (url: string, init: RequestInit) => Promise<Response>;

let carrier: Carrier = (url) => Promise.reject(new Error(`There is no way to ${url}`));

/** Makes something the one way that every request of this process takes. */
export function carryBy(next: Carrier): void {
  carrier = next;
}

/** Replaces `fetch` and its clients. */
export function installNetwork(): void {
  put(globalThis, "fetch", (url: string, init: RequestInit = {}) => carrier(url, init));
  put(Deno, "createHttpClient", () => ({ close() {}, [Symbol.dispose]() {} }));
}
