/**
 * A text as SQLite keeps it whole: it cuts at NUL and has no half surrogates, and a task id may hold
 * either. Such a text is kept as JSON, which begins with `"`; so is one that begins so by itself.
 */
export function toSqlText(text: string): string {
  return text.includes("\0") || text.startsWith('"') || !text.isWellFormed()
    ? JSON.stringify(text)
    : text;
}

/** The text that {@linkcode toSqlText} was given. */
export function fromSqlText(kept: string): string {
  return kept.startsWith('"') ? String(JSON.parse(kept)) : kept;
}
