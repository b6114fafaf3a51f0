/** Names of files left out that a report holds; of the others it says how many there were. */
const MAX_NAMED = 200;

interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** A report's output in which files that the Server refused stand beside those left out before. */
export function withRefused(
  output: Readonly<Record<string, unknown>>,
  refused: readonly LeftOut[],
): Record<string, unknown> {
  if (refused.length === 0) return { ...output };
  const names = new Set(refused.map(({ name }) => name));
  const listed = (key: string) => Array.isArray(output[key]) ? output[key] as unknown[] : [];
  const all = [...refused, ...listed("skipped_files") as LeftOut[]];
  const more = counted(
    listed("skipped_more") as { reason: string; count: number }[],
    all.slice(MAX_NAMED),
  );
  return {
    ...output,
    files: listed("files").filter((name) => !names.has(name as string)),
    skipped_files: all.slice(0, MAX_NAMED),
    ...(more.length > 0 && { skipped_more: more }),
  };
}

function counted(
  before: readonly { readonly reason: string; readonly count: number }[],
  more: readonly LeftOut[],
): { reason: string; count: number }[] {
  const counts = new Map(before.map(({ reason, count }) => [reason, count]));
  for (const { reason } of more) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count }));
}
