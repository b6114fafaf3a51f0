import { installDenoFiles, installNodeFiles } from "./files.ts";
import { installGlobals } from "./globals.ts";
import { installNetwork } from "./network_seam.ts";
import { installSqlite } from "./sqlite.ts";

// Loaded before anything of the program: see globals.ts.
installGlobals();
installDenoFiles();
installNodeFiles();
installNetwork();
installSqlite();
