import { installDenoFiles } from "./deno_files.ts";
import { installGlobals } from "./globals.ts";
import { installListeners } from "./listeners.ts";
import { installNetwork } from "./network_seam.ts";
import { installNodeFiles } from "./node_files.ts";
import { installSqlite } from "./sqlite.ts";

// Loaded before anything of the program: see globals.ts.
installGlobals();
installDenoFiles();
installNodeFiles();
installListeners();
installNetwork();
installSqlite();
