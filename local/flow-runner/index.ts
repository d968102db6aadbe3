/**
 * A small runner of the flow language (version 2019-10-30) for contacts of the local Amazon Connect. It checks a flow as the
 * service does (check.ts), carries out what our own flow and module use, passes over what changes nothing here, and ends a
 * run at any other action (action-types.ts).
 *
 * **As documented, or as public projects saw it**: a failed invocation is repeated, up to three times in all within the
 * block's time limit, before the Error branch is taken; `STRING_MAP`; what a module's function returned is not readable in
 * the flow that invoked the module, its branch and result data are; an input that was not given is empty; modules invoke
 * modules five deep at most; `UpdateContactAttributes` sets all of its attributes or none; the working queue is what
 * `CheckMetricData` and `TransferContactToQueue` use; a transfer to a queue ends the flow; only the events that a `Wait`
 * names interrupt it.
 *
 * **Assumed**, because nothing public says: an answer that fails the validation is not asked for again; the attributes
 * that the Error branch finds in `$.External` are empty, but a module that cannot run leaves `$.Modules` as it was; a module
 * that returns without a branch goes on with `NextAction`; a reference inside a longer text is resolved in messages only; an
 * empty queue or agent id, and a time limit that is no positive whole number, take the Error branch.
 *
 * **Left out**: limits of attributes, agents (`agentsIn` says how many a queue has), queues, what happens after a transfer.
 */
export type { Action } from '../flow-language/shape.ts';
export { contactFlowEvent } from './contact-flow-event.ts';
export { type Flow, readFlow, readModule, toFlow, uncheckedLines } from './flow.ts';
export type { Clock, InvokeFunction } from './invoke-function.ts';
export { type FlowRun, runFlow, type Step } from './run-flow.ts';
