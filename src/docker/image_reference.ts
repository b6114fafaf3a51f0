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

function splitOnce(text: string, at: number): [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
