import * as z from "zod/mini";

// What engines leave out or send as null differs by version and by engine (Podman): only what cannot
// be done without is required.
export const text = orElse(z.string(), "");
export const count = orElse(z.number(), 0);
export const flag = orElse(z.boolean(), false);
export const texts = orElse(z.array(z.string()), []);
export const labels = orElse(z.record(z.string(), z.string()), {});
/** The names in an object whose values do not matter. */
export const keys = z.pipe(
  orElse(z.record(z.string(), z.unknown()), {}),
  z.transform(Object.keys),
);

const word = z.pipe(z.string(), z.transform((word) => [word]));
/** Entrypoint and Cmd are lists, on some engines one string. */
export const command = orElse(z.union([z.array(z.string()), word]), []);

/** RFC 3339 to milliseconds; the year 1 is how Go writes "never". */
export const time = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => {
    const ms = value ? Date.parse(value.replace(/(\.\d{3})\d+/, "$1")) : NaN;
    return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
  }),
);

/** What may be missing or null, and then counts as something else. */
function orElse<T>(schema: z.ZodMiniType<T>, fallback: NoInfer<T>) {
  return z.pipe(z.nullish(schema), z.transform((value) => value ?? fallback));
}
