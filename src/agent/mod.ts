export { type Agent, startAgent } from "./agent.ts";
export type { AgentOptions } from "./agent_options.ts";
