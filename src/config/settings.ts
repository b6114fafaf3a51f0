import { configText, type Text } from "../i18n/mod.ts";
import { envName, keyNames, specOf } from "./key_names.ts";
import type { KeyType, Setting } from "./key_spec.ts";
import type { ConfigKey } from "./keys.ts";
import type { Problem } from "./problems.ts";
import { shown } from "./shown.ts";
import { entryOf, isTable, type TomlDocument } from "./toml.ts";
import type { TomlPath } from "./toml_places.ts";

/** A value that somebody set, and where. */
export interface Found {
  readonly value: unknown;
  /** For messages; also below its list, such as `paths.mounts[1].host`. */
  readonly key: string;
  place(): Text;
  readonly line?: number;
  /** Where relative paths start. */
  readonly base: string;
  /** What was found, in a message. */
  shown(): Text;
  /** Where in the file it stands. */
  readonly path?: TomlPath;
}

/** Values of flags, by key; undefined overrides nothing. */
export type Overrides = Readonly<Partial<Record<ConfigKey, Setting>>>;

/** Where settings come from; a later one wins. */
export interface Sources {
  readonly path: string;
  readonly document: TomlDocument;
  /** The folder of the file. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly overrides: Overrides;
  /** The working folder. */
  readonly cwd: string;
}

/** Finds who sets each key: a flag, else the environment, else the file. */
export function findSettings(
  sources: Sources,
): { found: Map<ConfigKey, Found>; problems: Problem[] } {
  const problems: Problem[] = [];
  const found = new Map<ConfigKey, Found>();
  for (const key of keyNames()) {
    // The file is looked at first and always: what is wrong with a section concerns every key.
    const inFile = fromFile(sources, key, problems);
    const setting = fromFlags(sources, key) ?? fromEnvironment(sources, key) ?? inFile;
    if (setting && !isUnset(key, setting.value)) found.set(key, setting);
  }
  return { found, problems };
}

/** Optional keys and all of `[agent]`: an empty text means that nothing is set. So does no command. */
function isUnset(key: ConfigKey, value: unknown): boolean {
  if (key === "executor.custom_entrypoint" && Array.isArray(value)) return value.length === 0;
  const optional = specOf(key).fallback === undefined || key.startsWith("agent.");
  return value === "" && optional;
}

function fromFlags({ overrides, cwd }: Sources, key: ConfigKey): Found | undefined {
  const given = overrides[key];
  if (given === undefined) return undefined;
  const value = typeof given === "string" ? fromText(given, specOf(key).type) : given;
  return {
    value,
    key,
    place: () => configText.placeInFlags,
    base: cwd,
    shown: () => shown(key.split("."), JSON.stringify(given)),
  };
}

/** An empty variable counts as not set, as it is in many a compose file. */
function fromEnvironment({ env, cwd }: Sources, key: ConfigKey): Found | undefined {
  const name = envName(key);
  const given = env[name];
  if (!given) return undefined;
  return {
    value: fromText(given, specOf(key).type),
    key,
    place: () => configText.placeInEnvironment({ name }),
    base: cwd,
    shown: () => shown(key.split("."), JSON.stringify(given)),
  };
}

function fromFile(sources: Sources, key: ConfigKey, problems: Problem[]): Found | undefined {
  const path = key.split(".");
  let table = sources.document.values;
  for (const [index, part] of path.slice(0, -1).entries()) {
    const next = entryOf(table, part);
    if (next === undefined) return undefined;
    if (!isTable(next)) {
      const section = path.slice(0, index + 1);
      const found = foundInFile(sources, section.join("."), section, next);
      const problem = unfit(found, configText.expectSection({ key: found.key }));
      // Each key of the section comes by here; it is said once.
      if (!problems.some(({ key }) => key === found.key)) problems.push(problem);
      return undefined;
    }
    table = next;
  }
  const value = entryOf(table, path.at(-1)!);
  return value === undefined ? undefined : foundInFile(sources, key, path, value);
}

/** A value of the file as a setting. */
export function foundInFile(
  { path: file, document, folder }: Pick<Sources, "path" | "document" | "folder">,
  key: string,
  path: TomlPath,
  value: unknown,
): Found {
  const line = lineOf(document, path);
  return {
    value,
    key,
    place: () => configText.placeInFile({ file, line }),
    line,
    base: folder,
    shown: () => words(document, key, path, value),
    path,
  };
}

/** The line of a value, from 1; 0 where the places are not known. */
export function lineOf({ places }: TomlDocument, path: TomlPath): number {
  return places?.(path)?.line ?? 0;
}

/** The problem of a setting that is not what its key expects. */
export function unfit(setting: Found, expected: Text): Problem {
  const { key } = setting;
  return at(setting, configText.badValue({ key, found: setting.shown(), expected }));
}

/** A problem at the place of a setting. */
export function at(
  { key, place, line }: Pick<Found, "key" | "place" | "line">,
  words: Text,
): Problem {
  return { text: configText.atPlace({ place: place(), words }), line, key };
}

function words({ places }: TomlDocument, key: string, path: TomlPath, value: unknown): Text {
  if (isTable(value)) return configText.foundTable;
  const rawAt = (path: TomlPath) => places?.(path)?.raw ?? "";
  if (!Array.isArray(value)) return shown(key.split("."), rawAt(path));
  if (value.some((item) => isTable(item) || Array.isArray(item))) return configText.foundList;
  const items = value.map((_, index) => rawAt([...path, index]));
  return shown(key.split("."), `[${items.join(", ")}]`);
}

/** The value that a text of the environment or a flag stands for; if it is none, the text itself. */
export function fromText(text: string, type: KeyType): unknown {
  const trimmed = text.trim();
  switch (type) {
    case "integer":
    case "number":
      return /^[+-]?\d{1,30}(?:\.\d{1,30})?$/.test(trimmed) ? Number(trimmed) : text;
    case "boolean":
      if (/^(?:true|1|yes|on)$/i.test(trimmed)) return true;
      return /^(?:false|0|no|off)$/i.test(trimmed) ? false : text;
    case "tables":
      return fromJson(trimmed);
    case "list":
      if (trimmed.startsWith("[")) return fromJson(trimmed);
      if (trimmed === "all") return trimmed;
      return trimmed.split(",").map((item) => item.trim()).filter((item) => item !== "");
    default:
      return text;
  }
}

/** False, which no list is, where the text is not JSON. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? false;
  } catch {
    return false;
  }
}
