import fs from "node:fs";

/** The disk's own calls, whatever takes their places later. */
export const REAL = { ...fs };
