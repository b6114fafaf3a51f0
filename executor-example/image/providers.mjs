import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failed } from "./failures.mjs";

/** The names that people use, and what each of them stands for; and all that the agent's program knows. */
const { short: SHORT, builtIn: BUILT_IN } = JSON.parse(
  readFileSync(join(import.meta.dirname, "providers.json"), "utf8"),
);

/**
 * The model of `agent.json` as the agent's program is told of it: its name for the provider, the model's
 * id, and the provider's entry for models.json, if it takes one. An entry of agent.json's own goes over
 * what the name stands for.
 *
 * @throws {Failed} when nobody knows the provider: the message lists those that there are.
 */
export function resolveModel({ model, providers }) {
  const [name, ...rest] = model.split("/");
  const id = rest.join("/");
  if (name === "" || id === "") throw new Failed("noModel", { model });
  const short = Object.hasOwn(SHORT, name) ? SHORT[name] : {};
  const provider = short.builtIn ?? name;
  const own = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (own === undefined && short.provider === undefined && !BUILT_IN.includes(provider)) {
    const names = Object.keys(SHORT);
    const more = BUILT_IN.filter((other) => !names.includes(other)).join(", ");
    throw new Failed("unknownProvider", { provider: name, names: names.join(", "), more });
  }
  const entry = short.provider || own ? { ...short.provider, ...own } : undefined;
  // Enough to name an endpoint: what the model can do has sensible defaults.
  const listed = entry?.api === undefined ? entry : { models: [{ id, ...short.model }], ...entry };
  return { name, provider, id, entry: listed };
}
