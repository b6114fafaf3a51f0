import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/**
 * Flags that make deno find the same packages as this process does: those of
 * `AGENT_CORE_TEST_IMPORT_MAP`, else JSR's by deno.json, else the stand-ins.
 */
export function packageFlags(): string[] {
  const config = `--config=${ROOT}deno.json`;
  const map = Deno.env.get("AGENT_CORE_TEST_IMPORT_MAP");
  if (map) return [config, `--import-map=${map}`];
  const own = import.meta.resolve("@cliffy/command");
  if (own.startsWith("jsr:")) return [config];
  if (own.includes("/offline/")) return [config, `--import-map=${ROOT}offline/import_map.json`];
  throw new Error(`${own}: say in AGENT_CORE_TEST_IMPORT_MAP which import map this run has`);
}
