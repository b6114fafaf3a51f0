/** The engines that speak Docker's API. */
export type EngineName = "Docker" | "Podman";

/** Which one it is, by the headers of its answer to a ping (Podman 4.3 to 5.8 say `Libpod-Api-Version`). */
export function engineNameOf(headers: Headers): EngineName {
  return headers.has("libpod-api-version") ? "Podman" : "Docker";
}
