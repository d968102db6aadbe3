import type { DescribedContact } from './aws/answers.ts';
import { type Finished, type RehydrationType, reasonOf } from './outcome.ts';
import type { Candidate } from './request.ts';
import type { SessionRecord } from './session-store/table.ts';
import type { Mode } from './settings.ts';
import { shownId } from './values.ts';

/** The final result of one invocation: what the flow attributes, the log line and the metrics are made from. */
export interface Result extends Finished {
  /** What was asked for; absent for a contact that is not applicable. */
  rehydrationType?: RehydrationType;
  mode?: Mode;
  /** The past contact that was tried: any text, until it was checked. In the log only as report.ts says. */
  sourceContactId?: string;
  sourceContactIdFrom?: Candidate['sourceContactIdFrom'] | 'none';
  /** True if both customers are known and equal, false if one is not known or they differ; absent: not compared. */
  ownerVerified?: boolean | undefined;
  /** A contact that the check needs could not be described in time. */
  checkUnavailable?: boolean | undefined;
  /** The contact that was tried, or that `FROM_LAST_AGENT_SEGMENT` found instead, if it could be described. */
  sourceContact?: DescribedContact | undefined;
  /** Of an association that was not made: whether the current contact could be described, to tell why. */
  refusalExplained?: boolean;
  /** What the session store did; absent if it is off, the contact is not applicable, or time ran out. */
  sessionRecord?: SessionRecord;
}

/** What the flow reads as `$.External.…`; docs/reference.md says what each attribute means. */
export type FlowAttributes = ReturnType<typeof toFlowAttributes>;

/**
 * Shapes a result into the attributes that the flow reads: always these keys, always strings, empty if there is nothing
 * to say, as both response validations require (admin guide, "Invoke AWS Lambda functions"). Agent, queue and end are
 * only shown if the owner is verified.
 */
export function toFlowAttributes(result: Result) {
  const { outcome } = result;
  const verified = result.ownerVerified === true ? result.sourceContact : undefined;
  const endedAt = verified?.DisconnectTimestamp;
  return {
    associationStatus: outcome.status,
    reason: reasonOf(outcome),
    continuedFromContactId: 'continuedFromContactId' in outcome ? shownId(outcome.continuedFromContactId) : '',
    rehydrationType: result.rehydrationType ?? '',
    sourceContactId: shownId(result.sourceContactId ?? ''),
    retryAfterSeconds: 'retryAfterSeconds' in outcome ? String(outcome.retryAfterSeconds) : '',
    sourceAgentId: shownId(verified?.AgentInfo?.Id ?? ''),
    sourceQueueId: shownId(verified?.QueueInfo?.Id ?? ''),
    // Another clock wrote the end: it may seem to lie ahead.
    sourceEndedSecondsAgo: endedAt ? String(Math.max(0, Math.floor((Date.now() - endedAt.getTime()) / 1_000))) : '',
  } satisfies Record<string, string>;
}
