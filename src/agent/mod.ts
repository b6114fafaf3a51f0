export { type Agent, startAgent } from "./agent.ts";
