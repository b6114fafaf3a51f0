import { configSectionText, configText, type Text } from "../i18n/mod.ts";
import { ENV_PREFIX, envName, keyNames, sectionNames } from "./key_names.ts";
import { KEYS, MOUNT_KEYS } from "./keys.ts";
import { nearest } from "./nearest.ts";
import { shownKey } from "./shown.ts";
import { lineOf, type Sources } from "./settings.ts";
import { isTable, type TomlTable } from "./toml.ts";
import type { TomlPath } from "./toml_places.ts";

/** Warnings that are given; a file full of strange keys is another program's. */
const MOST = 20;

/** A warning for each key and variable that is not known, with the nearest one that is. */
export function unknownKeys(sources: Sources): Text[] {
  return [...inTable(sources, sources.document.values, []), ...inEnvironment(sources)].slice(
    0,
    MOST,
  );
}

function* inTable(sources: Sources, table: TomlTable, above: readonly string[]): Generator<Text> {
  for (const [name, value] of Object.entries(table)) {
    const path = [...above, name];
    const key = path.join(".");
    if (!isKnown(key) || name.includes(".")) {
      yield warning(sources, path, shownKey(path), suggestion(name, above));
    } else if (isSection(key) && isTable(value)) {
      yield* inTable(sources, value, path);
    } else if (key === "paths.mounts" && Array.isArray(value)) {
      yield* inMounts(sources, path, value);
    }
  }
}

function isKnown(key: string): boolean {
  return isSection(key) || Object.hasOwn(KEYS, key);
}

function isSection(key: string): boolean {
  return Object.hasOwn(configSectionText, key);
}

function* inMounts(
  sources: Sources,
  path: TomlPath,
  items: readonly unknown[],
): Generator<Text> {
  for (const [index, item] of items.entries()) {
    if (!isTable(item)) continue;
    for (const name of Object.keys(item)) {
      if (Object.hasOwn(MOUNT_KEYS, name)) continue;
      const near = nearest(name, Object.keys(MOUNT_KEYS));
      const key = `paths.mounts[${index}].${shownKey([name])}`;
      yield warning(sources, [...path, index, name], key, near);
    }
  }
}

function* inEnvironment({ env }: Sources): Generator<Text> {
  const names = Object.keys(env).filter((name) => name.startsWith(ENV_PREFIX));
  if (names.length === 0) return;
  const known = keyNames().map(envName);
  const sections = sectionNames().map((section) => `${envName(section)}_`);
  for (const name of names) {
    // AGENT_CORE_LANG and the like belong to others.
    if (!sections.some((section) => name.startsWith(section)) || known.includes(name)) continue;
    const place = configText.placeInEnvironment({ name: shownKey([name]) });
    const near = nearest(name, known.map((name) => name.toLowerCase()))?.toUpperCase();
    const words = configText.unknownKey({ key: shownKey([name]), near });
    yield configText.atPlace({ place, words });
  }
}

/** What may stand in a section: its keys and the sections below it. */
function namesIn(section: string): string[] {
  const prefix = section === "" ? "" : `${section}.`;
  const inside = [...keyNames(), ...sectionNames()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length).split(".")[0]!);
  return [...new Set(inside)];
}

/** The nearest name of the same section, else the same name in another one. */
function suggestion(name: string, above: readonly string[]): string | undefined {
  const near = nearest(name, namesIn(above.join(".")));
  if (near !== undefined) return [...above, near].join(".");
  return keyNames().find((key) => key.endsWith(`.${name}`));
}

function warning(
  { path, document }: Sources,
  valuePath: TomlPath,
  key: string,
  near: string | undefined,
): Text {
  const place = configText.placeInFile({ file: path, line: lineOf(document, valuePath) });
  return configText.atPlace({ place, words: configText.unknownKey({ key, near }) });
}
