import type { Outcome } from './outcome.ts';
import type { Asked } from './request.ts';

/**
 * What the flow reads as `$.External.…`: always these keys, always strings, empty where there is nothing to say, so
 * that the answer passes both response validations, `STRING_MAP` and `JSON` (admin guide, "Invoke AWS Lambda functions":
 * a flat object of strings, under 32 KB).
 */
export interface FlowAttributes extends Record<string, string> {
  associationStatus: Outcome['status'];
  /** A stable upper-case code; empty for `ASSOCIATED` and `NO_SOURCE_CONTACT`. */
  reason: string;
  /** The contact that the chat continues; never empty for `ASSOCIATED` and `ALREADY_PERSISTENT`. */
  continuedFromContactId: string;
  /** What was asked for; empty for `NOT_APPLICABLE`, where nobody looked. */
  rehydrationType: string;
  /** What was asked for; cut after 256 characters. */
  sourceContactId: string;
  /** Whole seconds, at least 1, for `SOURCE_CONTACT_JUST_ENDED`; empty otherwise. */
  retryAfterSeconds: string;
}

/**
 * Shapes what became of a chat into the attributes that the flow reads.
 *
 * @example
 * toFlowAttributes({ status: 'NO_SOURCE_CONTACT' }, { rehydrationType: 'FROM_SEGMENT' }).associationStatus // 'NO_SOURCE_CONTACT'
 */
export function toFlowAttributes(outcome: Outcome, asked: Asked): FlowAttributes {
  return {
    associationStatus: outcome.status,
    reason: reasonOf(outcome),
    continuedFromContactId: 'continuedFromContactId' in outcome ? outcome.continuedFromContactId : '',
    rehydrationType: asked.rehydrationType ?? '',
    // An id from outside may be any text: neither its length nor a lone surrogate may spoil the answer.
    sourceContactId: (asked.sourceContactId ?? '').slice(0, 256).toWellFormed(),
    retryAfterSeconds: 'retryAfterSeconds' in outcome ? String(outcome.retryAfterSeconds) : '',
  };
}

/** The reason as the flow, the log and the metrics name it. */
export function reasonOf(outcome: Outcome): string {
  if ('reason' in outcome) return outcome.reason;
  // So that "an empty reason" means what the contract says: associated, or nothing to continue.
  return outcome.status === 'ALREADY_PERSISTENT' ? outcome.status : '';
}
