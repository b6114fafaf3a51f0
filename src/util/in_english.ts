import type * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

/**
 * Goes with `parse` and `safeParse` where somebody reads what does not fit: zod/mini has no words for it,
 * and its `locales` bring every language.
 */
export const inEnglish: z.core.ParseContext<z.core.$ZodIssue> = {
  error: (issue) => en().localeError(issue),
};
