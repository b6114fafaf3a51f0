/** The query of a request; undefined values are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** As it follows the path; empty where there is nothing to ask. */
export function queryText(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}
