/** `CreatePersistentContactAssociation` has the first two; for the third, the function finds the segment. */
export const REHYDRATION_TYPES = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', 'FROM_LAST_AGENT_SEGMENT'] as const;
export type RehydrationType = (typeof REHYDRATION_TYPES)[number];

/** Every status with its reasons; docs/reference.md says what each means. */
export const REASONS = {
  ASSOCIATED: ['SESSION_NOT_LISTED'],
  ALREADY_PERSISTENT: [],
  FOUND: ['SESSION_NOT_LISTED'],
  NO_SOURCE_CONTACT: [],
  NOT_APPLICABLE: ['SWITCHED_OFF', 'CHANNEL_NOT_SUPPORTED', 'GUIDE', 'DISCONNECT_FLOW'],
  REJECTED: [
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
  ],
  FAILED: ['THROTTLED', 'SERVICE_UNAVAILABLE', 'TIMED_OUT', 'CHECK_UNAVAILABLE', 'SESSION_STORE_UNAVAILABLE'],
} as const;
export type AssociationStatus = keyof typeof REASONS;
export type Reason<Status extends AssociationStatus> = (typeof REASONS)[Status][number];

/** The reason of a rejection that carries nothing else. */
export type PlainReason = Exclude<Reason<'REJECTED'>, 'SOURCE_CONTACT_JUST_ENDED'>;

/** How an invocation ends: a status, and the reason and details that this status has. */
export type Outcome =
  | { status: 'ASSOCIATED'; continuedFromContactId: string; reason?: Reason<'ASSOCIATED'> }
  | { status: 'ALREADY_PERSISTENT'; continuedFromContactId: string }
  | { status: 'FOUND'; reason?: Reason<'FOUND'> }
  | { status: 'NO_SOURCE_CONTACT' }
  | { status: 'NOT_APPLICABLE'; reason: Reason<'NOT_APPLICABLE'> }
  | { status: 'REJECTED'; reason: PlainReason }
  | { status: 'REJECTED'; reason: 'SOURCE_CONTACT_JUST_ENDED'; retryAfterSeconds: number }
  | { status: 'FAILED'; reason: Reason<'FAILED'> };

/** What a step returns if no other step is needed: the outcome, with whatever the step found out. */
export interface Finished {
  outcome: Outcome;
}

/** Whether a step returned the outcome; otherwise it returned its value for the next step. */
export function isFinished<Step extends object>(step: Step): step is Extract<Step, Finished> {
  return 'outcome' in step;
}

/** The outcome of a past chat that cannot be continued. */
export function rejected(reason: PlainReason): Outcome {
  return { status: 'REJECTED', reason };
}

/** The reason for the flow and the log: empty only if the chat is associated, found, or has nothing to continue. */
export function reasonOf(outcome: Outcome): string {
  if ('reason' in outcome && outcome.reason) return outcome.reason;
  return outcome.status === 'ALREADY_PERSISTENT' ? outcome.status : '';
}
