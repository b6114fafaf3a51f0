import { configText } from "../i18n/mod.ts";
import type { Mount } from "./config.ts";
import { type PathContext, resolveHostPath } from "./host_path.ts";
import type { KeySpec } from "./key_spec.ts";
import { MOUNT_KEYS } from "./keys.ts";
import type { Problem } from "./problems.ts";
import { shown } from "./shown.ts";
import { at, type Found, foundInFile, type Sources, unfit } from "./settings.ts";
import { entryOf, isTable } from "./toml.ts";

/** Checks the mounts one by one, so that each problem names its own line. */
export function readMounts(
  list: Found | undefined,
  sources: Sources,
  context: PathContext,
  problems: Problem[],
): Mount[] {
  if (list && !Array.isArray(list.value)) problems.push(unfit(list, configText.expectMounts));
  const items: unknown[] = Array.isArray(list?.value) ? list.value : [];
  const mounts: Mount[] = [];
  const taken = new Map<string, string>();
  for (const [index, item] of items.entries()) {
    const found = itemOf(list!, sources, item, index);
    const field = (name: keyof typeof MOUNT_KEYS) => fieldOf(found, sources, item, name);
    if (!isTable(item)) {
      problems.push(unfit(found, configText.expectMounts));
      continue;
    }
    const mount = readMount(field, context, problems);
    if (!mount) continue;
    const { container } = mount;
    const { key } = field("container");
    const first = taken.get(container);
    if (first === undefined) taken.set(container, key);
    else {
      const words = configText.mountTwice({ key, container, first });
      problems.push(at(field("container"), words));
    }
    mounts.push(mount);
  }
  return mounts;
}

function readMount(
  field: (name: keyof typeof MOUNT_KEYS) => Found,
  context: PathContext,
  problems: Problem[],
): Mount | undefined {
  const host = readHost(field("host"), context, problems);
  const container = readField(MOUNT_KEYS.container, field("container"), problems);
  const readonly = readField(MOUNT_KEYS.readonly, field("readonly"), problems);
  const secret = readField(MOUNT_KEYS.secret, field("secret"), problems);
  if (host === undefined || container === undefined) return undefined;
  if (readonly === undefined || secret === undefined) return undefined;
  return { host, container, readonly, secret };
}

function itemOf(list: Found, sources: Sources, value: unknown, index: number): Found {
  const key = `${list.key}[${index}]`;
  if (list.path) return foundInFile(sources, key, [...list.path, index], value);
  return { ...list, key, value, shown: () => shown([key], JSON.stringify(value) ?? "") };
}

function fieldOf(item: Found, sources: Sources, table: unknown, name: string): Found {
  const key = `${item.key}.${name}`;
  const value = isTable(table) ? entryOf(table, name) : undefined;
  if (value === undefined) return { ...item, key, value, shown: () => configText.foundNothing };
  if (item.path) return foundInFile(sources, key, [...item.path, name], value);
  return { ...item, key, value, shown: () => shown([key], JSON.stringify(value)) };
}

function readField<T>(
  { read, fallback, expected }: KeySpec<T>,
  found: Found,
  problems: Problem[],
): T | undefined {
  const value = read(found.value === undefined ? fallback : found.value);
  if (value === undefined) problems.push(unfit(found, expected));
  return value;
}

function readHost(found: Found, context: PathContext, problems: Problem[]): string | undefined {
  if (typeof found.value !== "string") {
    problems.push(unfit(found, MOUNT_KEYS.host.expected));
    return undefined;
  }
  const resolved = resolveHostPath(found.value, found.base, context);
  if ("path" in resolved) return resolved.path;
  problems.push(unfit(found, resolved.expected));
  return undefined;
}
