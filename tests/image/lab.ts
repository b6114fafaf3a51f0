import { join } from "@std/path";

import type { DevTask } from "../../src/devserver/mod.ts";
import { createWorld, type World } from "../e2e/world.ts";
import { ensureExampleImage, EXAMPLE_IMAGE } from "./example_image.ts";
import { type ModelStub, type Question, startModel, type Turn } from "./model_stub.ts";

/** What the lab's agent.json says, and how long a task may take. */
export interface LabOptions {
  readonly answer: (question: Question) => Turn;
  readonly timeoutMinutes?: number;
  /** Keys of agent.json over the usual ones. */
  readonly settings?: (model: ModelStub) => Readonly<Record<string, unknown>>;
  /** Undefined: no key is mounted. @default {"sk-lab"} */
  readonly key?: string | null;
  /** @default {0o644} */
  readonly keyMode?: number;
  /** More of config.toml's `[sandbox]`. */
  readonly sandbox?: Readonly<Record<string, unknown>>;
}

/** A node with the example image, a model, and a Server that gives it tasks. */
export interface Lab extends AsyncDisposable {
  readonly world: World;
  readonly model: ModelStub;
  /** Sends a task through the Server and waits for its end. */
  run(task: LabTask): Promise<LabResult>;
}

/** A task as its user sets it. */
export interface LabTask {
  readonly prompt: string;
  readonly outputPrompt?: string;
  readonly files?: readonly { readonly name: string; readonly content: string }[];
}

/** What the user gets. */
export interface LabResult {
  readonly task: DevTask;
  /** Name → content. */
  readonly files: ReadonlyMap<string, string>;
}

/** Makes a lab on real parts: only the model is a stub. */
export async function createLab(options: LabOptions): Promise<Lab> {
  await using stack = new AsyncDisposableStack();
  const model = stack.use(startModel(options.answer));
  const secrets = await Deno.makeTempDir({ prefix: "agent-core-secrets-" });
  stack.defer(() => Deno.remove(secrets, { recursive: true }));
  await Deno.chmod(secrets, 0o755);
  const key = options.key === undefined ? "sk-lab" : options.key;
  if (key !== null) {
    await Deno.writeTextFile(join(secrets, "api_key"), `${key}\n`);
    await Deno.chmod(join(secrets, "api_key"), options.keyMode ?? 0o644);
  }
  const settings = {
    model: "lab/m1",
    providers: { lab: { baseUrl: modelUrl(model), api: "openai-completions" } },
    // A failure of the model is tried again; not for long here.
    settings: { retry: { maxRetries: 1, baseDelayMs: 50 } },
    ...options.settings?.(model),
  };
  await Deno.writeTextFile(join(secrets, "agent.json"), JSON.stringify(settings));
  const world = stack.use(
    await createWorld({
      settings: {
        executor: {
          image: EXAMPLE_IMAGE,
          executor_type: "standard",
          custom_entrypoint: undefined,
          custom_args: undefined,
          enable_host_access: true,
          timeout_minutes: options.timeoutMinutes ?? 0,
        },
        ...options.sandbox && { sandbox: options.sandbox },
      },
      more: `[[paths.mounts]]\nhost = ${JSON.stringify(secrets)}\n` +
        'container = "/run/agent"\nreadonly = true\n',
    }),
  );
  await ensureExampleImage(world.engine);
  await world.startAgent();
  const parts = stack.move();
  return {
    world,
    model,
    run: async ({ prompt, outputPrompt, files = [] }) => {
      const { id } = await world.server.submit({
        serviceId: world.serviceId,
        prompt,
        outputPrompt,
        files,
      });
      const task = await world.ended(id);
      const bytes = await world.outputs(id);
      const decoder = new TextDecoder();
      return {
        task,
        files: new Map([...bytes].map(([name, content]) => [name, decoder.decode(content)])),
      };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Where a container on this machine finds the model. */
export function modelUrl({ port }: ModelStub): string {
  return `http://host.docker.internal:${port}/v1`;
}
