import { shownId } from './contact-id.ts';
import { type AssociationStatus, reasonOf } from './outcome.ts';
import type { Result } from './result.ts';

/**
 * What the flow reads as `$.External.…`: always these keys, always strings, empty where there is nothing to say, so
 * that the answer passes both response validations, `STRING_MAP` and `JSON` (admin guide, "Invoke AWS Lambda functions":
 * a flat object of strings, under 32 KB).
 */
export interface FlowAttributes extends Record<string, string> {
  associationStatus: AssociationStatus;
  /** A stable upper-case code; empty for `ASSOCIATED` and `NO_SOURCE_CONTACT`. */
  reason: string;
  /** The contact that the chat continues; never empty for `ASSOCIATED` and `ALREADY_PERSISTENT`. At most 256 characters. */
  continuedFromContactId: string;
  /** What was asked for; empty for `NOT_APPLICABLE`, where it was not read. */
  rehydrationType: string;
  /** What was asked for; cut after 256 characters. */
  sourceContactId: string;
  /** Whole seconds, at least 1, for `SOURCE_CONTACT_JUST_ENDED`; empty otherwise. */
  retryAfterSeconds: string;
  /**
   * The agent of the contact that `FROM_LAST_AGENT_SEGMENT` found, else of the contact that was named; of a session's
   * first contact, that is its first agent. This and the next two are empty unless the owner is verified: nothing of
   * another customer's chat may be learned.
   */
  sourceAgentId: string;
  /** The queue of the same contact. */
  sourceQueueId: string;
  /** Whole seconds, at least 0, since the end of the same contact. */
  sourceEndedSecondsAgo: string;
}

/**
 * Shapes what became of a chat into the attributes that the flow reads.
 *
 * @example
 * toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' }, asked: {} }).associationStatus // 'NO_SOURCE_CONTACT'
 */
export function toFlowAttributes({ outcome, asked, ownerVerified, sourceContact }: Result): FlowAttributes {
  const verified = ownerVerified === true ? sourceContact : undefined;
  return {
    associationStatus: outcome.status,
    reason: reasonOf(outcome),
    continuedFromContactId: 'continuedFromContactId' in outcome ? shownId(outcome.continuedFromContactId) : '',
    rehydrationType: asked.rehydrationType ?? '',
    sourceContactId: shownId(asked.sourceContactId ?? ''),
    retryAfterSeconds: 'retryAfterSeconds' in outcome ? String(outcome.retryAfterSeconds) : '',
    sourceAgentId: shownId(verified?.AgentInfo?.Id ?? ''),
    sourceQueueId: shownId(verified?.QueueInfo?.Id ?? ''),
    sourceEndedSecondsAgo: secondsAgo(verified?.DisconnectTimestamp),
  };
}

function secondsAgo(time: Date | undefined): string {
  return time ? String(Math.max(0, Math.floor((Date.now() - time.getTime()) / 1_000))) : '';
}
