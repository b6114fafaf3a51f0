/** Modernizes the journal that it is given, until it is killed. */
import { modernizeJournal } from "../../src/journal/mod.ts";

const onBegin = () => console.log("begun");
await modernizeJournal(Deno.args[0], { onBegin, signal: new AbortController().signal });
