import type { configSectionText } from "../i18n/mod.ts";
import type { ConfigKey, KeyWithDefault, Values } from "./keys.ts";

/** A folder or file of the host that every container of this agent sees. */
export interface Mount {
  /** Absolute path on the host, as the engine is to be told. */
  readonly host: string;
  /** Absolute path in the container. */
  readonly container: string;
  readonly readonly: boolean;
  /** It holds keys: the agent conceals them in logs, reports and messages. @default {false} */
  readonly secret: boolean;
}

/** `base_url` becomes `baseUrl`. */
type Camel<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

/** The name that a key of a section has in the program; none where it belongs to another section. */
type PropertyOf<Section extends string, Key extends string> = Key extends `${Section}.${infer Name}`
  ? Name extends `${string}.${string}` ? never : Camel<Name>
  : never;

/** What a section says. A key without a default may be absent. */
type SectionValues<Section extends string> =
  & { readonly [K in KeyWithDefault as PropertyOf<Section, K>]: Values[K] }
  & { readonly [K in Exclude<ConfigKey, KeyWithDefault> as PropertyOf<Section, K>]?: Values[K] };

type PlainSection = Exclude<keyof typeof configSectionText, "executor" | "executor.gpu" | "paths">;

/**
 * The whole configuration after defaults, environment and flags: `server.base_url` is
 * `server.baseUrl`. Sizes are bytes, paths absolute; what each key means stands in
 * src/i18n/config_keys.ts.
 */
export interface Config extends Readonly<{ [S in PlainSection]: SectionValues<S> }> {
  readonly executor: SectionValues<"executor"> & {
    readonly gpu?:
      & SectionValues<"executor.gpu">
      & Required<Omit<SectionValues<"executor.gpu">, "perTask">>;
  };
  readonly paths: Omit<SectionValues<"paths">, "mounts"> & { readonly mounts: readonly Mount[] };
}
