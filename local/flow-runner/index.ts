/**
 * Reads, checks and runs flows (flow language 2019-10-30) for contacts of the local Amazon Connect. `local/README.md` says what
 * is assumed and what is left out.
 */
export type { Action } from '../flow-language/shape.ts';
export { type Flow, readFlow, readModule, toFlow, uncheckedLines } from './flow.ts';
export type { FlowRun, Step } from './run.ts';
export { runFlow } from './run-flow.ts';
