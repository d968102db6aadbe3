import { type Fault, parseFault } from './fault.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { QUOTAS, tokenBucket } from './quota.ts';

/** Finds the fault that hits a request for an operation, if any, and counts it. */
export type FaultPlan = (operation: Operation) => Fault | undefined;

/**
 * Plans faults in the order given: the first that still applies to a request hits it, and no other. `quota` hits only
 * the requests that find its bucket empty, so that one behind it, `slow` for instance, may hit the others.
 */
export function planFaults(specs: readonly string[]): FaultPlan {
  const planned = specs.map(parseFault).map(fault => ({ fault, applies: applicability(fault) }));
  return operation => planned.find(({ applies }) => applies(operation))?.fault;
}

function applicability(fault: Fault): (operation: Operation) => boolean {
  const concerns = (operation: Operation) => fault.operation === undefined || fault.operation === operation;
  if (fault.name === 'quota') {
    const buckets = new Map(OPERATIONS.map(operation => [operation, tokenBucket(QUOTAS[operation])]));
    return operation => concerns(operation) && !buckets.get(operation)?.();
  }
  let timesLeft = fault.times;
  return operation => concerns(operation) && timesLeft-- > 0;
}
