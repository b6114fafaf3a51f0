/**
 * Splits a reference into what a pull is asked with: the name (`registry:5000/team/image`) and the tag
 * (`1.2`, or a digest `sha256:…`), which is `latest` when there is none (without one the engine would pull
 * every tag). Undefined when it cannot be one: it goes into a URL's path, so nothing else may pass.
 */
export function parseImageReference(reference: string) {
  if (reference.length > 1024 || !/^[A-Za-z0-9][\w.:/@+-]*$/.test(reference)) return undefined;
  if (reference.split("/").some((part) => part === "" || /^\.+$/.test(part))) return undefined;
  const [named, digest] = splitOnce(reference, reference.indexOf("@"));
  const colon = named.lastIndexOf(":");
  const [name, tag] = splitOnce(named, colon > named.lastIndexOf("/") ? colon : -1);
  if (name === "" || tag === "" || digest === "") return undefined;
  return { name, tag: digest ?? tag ?? "latest" };
}

/** Docker Hub, as names have it. */
export const HUB = "docker.io";

/**
 * Where an image's name leads, as the engine completes it: `busybox` is `library/busybox` of `docker.io`.
 *
 * @param name without tag and digest
 */
export function registryOf(name: string): { readonly registry: string; readonly path: string } {
  const [first, rest] = splitOnce(name, name.indexOf("/"));
  if (rest === undefined) return { registry: HUB, path: `library/${first}` };
  if (!/[.:A-Z]/.test(first) && first !== "localhost") return { registry: HUB, path: name };
  const registry = first.toLowerCase();
  if (registry !== HUB && registry !== `index.${HUB}`) return { registry, path: rest };
  return { registry: HUB, path: rest.includes("/") ? rest : `library/${rest}` };
}

/**
 * The digest by which an image that the engine has can be pulled again under this reference; undefined for
 * one that was built and never pulled. (Podman has a digest for that, too.)
 *
 * @param repoDigests as the engine lists them: `registry:5000/team/image@sha256:…`
 */
export function digestOf(reference: string, repoDigests: readonly string[]): string | undefined {
  const { name, tag } = parseImageReference(reference) ?? { name: "", tag: "" };
  if (tag.includes(":")) return tag;
  if (name === "") return undefined;
  const same = repoDigests.map((known) => splitOnce(known, known.indexOf("@")))
    .find(([known]) => fullName(known) === fullName(name));
  return same?.[1];
}

function fullName(name: string): string {
  const { registry, path } = registryOf(name);
  return `${registry}/${path}`;
}

function splitOnce(text: string, at: number): [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
