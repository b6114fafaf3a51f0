import type { Catalog, Text } from "./text.ts";

/** How any failure is said. */
export const failureText = {
  /** Something failed, and it is known what. */
  error: (p: { reason: Text }): Text => ({
    zh: `错误：${p.reason.zh}`,
    en: `Error: ${p.reason.en}`,
  }),
  /** A bug of this program. */
  unexpected: (p: { version: string }): Text => ({
    zh: `agent-core ${p.version} 内部错误。请将以下内容报告给开发者：`,
    en: `agent-core ${p.version} has a bug. Please report what follows:`,
  }),
} satisfies Catalog;
