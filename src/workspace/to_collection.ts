import type { Chosen, Collector } from "./collector.ts";
import { createNameClaims, sendablePath } from "./sendable_name.ts";
import type { SkipList } from "./skip_list.ts";
import type { Collection, OutputFile } from "./types.ts";
import type { ZipPart } from "./zip_parts.ts";

/** What a result's best file is called. */
export const RESPONSE = "output/response.md";

/** What was collected, with every name made the only one of its kind, in the order of sending. */
export function toCollection(
  { collector, skips }: { readonly collector: Collector; readonly skips: SkipList },
  parts: readonly ZipPart[],
): Collection {
  const claim = createNameClaims();
  const chosen = withoutSuperseded(collector.chosen, skips);
  const alone = chosen.sort(inOrder).map((file): Omit<OutputFile, "position"> => {
    const name = claim(sendablePath(file.sendAs));
    if (name !== file.path) skips.rename(file.path, name);
    return { name, size: file.size, source: file.source };
  });
  const digits = Math.max(2, String(parts.length).length);
  const zipped = parts.map(({ file, size, contains }, index): Omit<OutputFile, "position"> => ({
    name: claim(`more-files-${String(index + 1).padStart(digits, "0")}.zip`),
    size,
    mimeType: "application/zip",
    source: { kind: "spill", file },
    contains,
  }));
  const { total, ...named } = skips.result();
  return {
    files: [...alone, ...zipped].map((file, position) => ({ position, ...file })),
    ...named,
    totals: {
      files: chosen.length + collector.totals.zipped,
      bytes: collector.totals.bytes - sizeOf(collector.chosen) + sizeOf(chosen),
      zipped: collector.totals.zipped,
      zipParts: parts.length,
      skipped: total,
    },
  };
}

function sizeOf(files: readonly Chosen[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Out of an archive of the whole workspace the two may come in either order. */
function withoutSuperseded(chosen: readonly Chosen[], skips: SkipList): Chosen[] {
  const hasBoth = [RESPONSE, "response.md"].every((name) =>
    chosen.some(({ path }) => path === name)
  );
  if (!hasBoth) return [...chosen];
  skips.skip("response.md", "superseded");
  return chosen.filter(({ path }) => path !== "response.md");
}

function inOrder(a: Chosen, b: Chosen): number {
  const rank = ({ path }: Chosen) => path === RESPONSE ? 0 : path.startsWith("output/") ? 1 : 2;
  return rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
