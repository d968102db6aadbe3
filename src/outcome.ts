/**
 * What became of one chat: the union that the flow attributes, the log line and the metrics are all made from.
 *
 * @module
 */

/** How much of the past a chat takes over (API reference, `CreatePersistentContactAssociation`). */
export const REHYDRATION_TYPES = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT'] as const;
export type RehydrationType = (typeof REHYDRATION_TYPES)[number];

/** Every `associationStatus`. */
export const ASSOCIATION_STATUSES = [
  'ASSOCIATED',
  'ALREADY_PERSISTENT',
  'NO_SOURCE_CONTACT',
  'NOT_APPLICABLE',
  'REJECTED',
  'FAILED',
] as const satisfies Outcome['status'][];

/** There is nothing to do for this contact, and nothing was called. */
export const NOT_APPLICABLE_REASONS = ['CHANNEL_NOT_SUPPORTED', 'GUIDE', 'DISCONNECT_FLOW'] as const;
export type NotApplicableReason = (typeof NOT_APPLICABLE_REASONS)[number];

/** This past chat cannot be continued, now or by this customer. */
export const REJECTED_REASONS = [
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

/** Amazon Connect could not be used in time, by what the last attempts met. */
export const UNAVAILABLE_REASONS = ['THROTTLED', 'SERVICE_UNAVAILABLE', 'TIMED_OUT'] as const;
export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number];

/** `CHECK_UNAVAILABLE`: whose chat it is could not be found out, so nothing was associated. */
export const FAILED_REASONS = [...UNAVAILABLE_REASONS, 'CHECK_UNAVAILABLE'] as const;
export type FailedReason = (typeof FAILED_REASONS)[number];

/** What became of one chat. Every member is documented in README, "What comes back". */
export type Outcome =
  | { status: 'ASSOCIATED'; continuedFromContactId: string }
  | { status: 'ALREADY_PERSISTENT'; continuedFromContactId: string }
  | { status: 'NO_SOURCE_CONTACT' }
  | { status: 'NOT_APPLICABLE'; reason: NotApplicableReason }
  | { status: 'REJECTED'; reason: Exclude<RejectedReason, 'SOURCE_CONTACT_JUST_ENDED'> }
  | { status: 'REJECTED'; reason: 'SOURCE_CONTACT_JUST_ENDED'; retryAfterSeconds: number }
  | { status: 'FAILED'; reason: FailedReason };
