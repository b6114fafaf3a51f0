/** The program's version; a release's tag says the same. */
export const VERSION = "0.1.0";
