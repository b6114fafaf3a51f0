export { abortable } from "./abortable.ts";
export { backoff } from "./backoff.ts";
export { bootId } from "./boot_id.ts";
export { BodyTooLong, readBounded } from "./bounded_body.ts";
export { type Clock, sleep, SYSTEM_CLOCK } from "./clock.ts";
export { type ConcealedStream, type Concealer, createConcealer, OPEN } from "./conceal.ts";
export { causeOf, errorCode, isDenied, isFull, isMachineTrouble } from "./error_code.ts";
export { editDistance } from "./edit_distance.ts";
export { fill } from "./fill.ts";
export { homeFolder } from "./home_folder.ts";
export { inEnglish } from "./in_english.ts";
export { joined } from "./joined.ts";
export { jsonOrUndefined } from "./json_or_undefined.ts";
export { namesIn } from "./names_in.ts";
export {
  createDirectHttpClient,
  detachProxyEnvironment,
  type ProxySettings,
  proxyVariables,
} from "./proxy_environment.ts";
export { pathId } from "./path_id.ts";
export { retry } from "./retry.ts";
export { ASLEEP_MS, sleepAwake } from "./sleep_awake.ts";
export { within } from "./within.ts";
export { isUnfinished, syncFolder, writeDurably } from "./write_durably.ts";
export { VERSION } from "./version.ts";
