/**
 * How much of the past a chat takes over. The first two are Amazon Connect's (API reference,
 * `CreatePersistentContactAssociation`); for the third, the block finds the segment.
 */
export const REHYDRATION_TYPES = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', 'FROM_LAST_AGENT_SEGMENT'] as const;
export type RehydrationType = (typeof REHYDRATION_TYPES)[number];

/** Every `associationStatus`. */
export const ASSOCIATION_STATUSES = [
  'ASSOCIATED',
  'ALREADY_PERSISTENT',
  'FOUND',
  'NO_SOURCE_CONTACT',
  'NOT_APPLICABLE',
  'REJECTED',
  'FAILED',
] as const;
export type AssociationStatus = (typeof ASSOCIATION_STATUSES)[number];

/** The chat is associated or found, but its session could not be listed: perhaps another segment was the last agent's. */
export const ASSOCIATED_REASONS = ['SESSION_NOT_LISTED'] as const;
export type AssociatedReason = (typeof ASSOCIATED_REASONS)[number];

/** There is nothing to do for this contact, and nothing was called. */
export const NOT_APPLICABLE_REASONS = ['SWITCHED_OFF', 'CHANNEL_NOT_SUPPORTED', 'GUIDE', 'DISCONNECT_FLOW'] as const;
export type NotApplicableReason = (typeof NOT_APPLICABLE_REASONS)[number];

/** This past chat cannot be continued, now or by this customer. */
export const REJECTED_REASONS = [
  'SOURCE_CONTACT_ID_INVALID',
  'SOURCE_CONTACT_NOT_FOUND',
  'SOURCE_CONTACT_NOT_CHAT',
  'SOURCE_CONTACT_STILL_ACTIVE',
  'SOURCE_CONTACT_IN_CURRENT_SESSION',
  'SOURCE_CONTACT_NOT_OWNED',
  'CUSTOMER_UNKNOWN',
  'SOURCE_CONTACT_OWNER_UNKNOWN',
  'SOURCE_CONTACT_JUST_ENDED',
  'REJECTED_BY_CONNECT',
] as const;
export type RejectedReason = (typeof REJECTED_REASONS)[number];

/** A rejection that comes with nothing but its reason. */
export type PlainRejectedReason = Exclude<RejectedReason, 'SOURCE_CONTACT_JUST_ENDED'>;

/**
 * `CHECK_UNAVAILABLE`: the owner of the past chat could not be found out. `SESSION_STORE_UNAVAILABLE`: which chat was the
 * customer's last could not. Nothing was associated.
 */
export const FAILED_REASONS = [
  'THROTTLED',
  'SERVICE_UNAVAILABLE',
  'TIMED_OUT',
  'CHECK_UNAVAILABLE',
  'SESSION_STORE_UNAVAILABLE',
] as const;
export type FailedReason = (typeof FAILED_REASONS)[number];

/** What became of one chat: flow attributes, log line and metrics are made from it. docs/reference.md has every member. */
export type Outcome =
  | { status: 'ASSOCIATED'; continuedFromContactId: string; reason?: AssociatedReason }
  | { status: 'ALREADY_PERSISTENT'; continuedFromContactId: string }
  | { status: 'FOUND'; reason?: AssociatedReason }
  | { status: 'NO_SOURCE_CONTACT' }
  | { status: 'NOT_APPLICABLE'; reason: NotApplicableReason }
  | { status: 'REJECTED'; reason: PlainRejectedReason }
  | { status: 'REJECTED'; reason: 'SOURCE_CONTACT_JUST_ENDED'; retryAfterSeconds: number }
  | { status: 'FAILED'; reason: FailedReason };

/** What a step returns that finishes the chat: the outcome, with whatever the step found out. */
export interface Finished {
  outcome: Outcome;
}

/** Whether a step finished the chat; otherwise it returned its value. */
export function isFinished<Step extends object>(step: Step): step is Extract<Step, Finished> {
  return 'outcome' in step;
}

/** The outcome of a past chat that cannot be continued. */
export function rejected(reason: PlainRejectedReason): Outcome {
  return { status: 'REJECTED', reason };
}

/** The reason as the flow and the log name it; empty for what needs none. */
export function reasonOf(outcome: Outcome): string {
  if ('reason' in outcome && outcome.reason) return outcome.reason;
  // So that "an empty reason" means what the contract says: associated, or nothing to continue.
  return outcome.status === 'ALREADY_PERSISTENT' ? outcome.status : '';
}
