import type { Contact } from '@aws-sdk/client-connect';
import type { AmazonConnect } from './amazon-connect/operations.ts';
import { sourceCustomer } from './customer.ts';
import type { Deadline } from './deadline.ts';
import type { Outcome, RejectedReason } from './outcome.ts';
import type { AssociationRequest } from './request.ts';
import type { Settings } from './settings.ts';

/**
 * How long after its end a chat may still be waiting for its transcript, seconds: the admin guide asks for 30 to 60
 * ("Enable persistent chat"); half as much again for the ends that Connect writes late.
 */
const TRANSCRIPT_READY_SECONDS = 90;

/** What became of a chat, and what the look at its source contact could not tell. */
export interface Continuation {
  outcome: Outcome;
  /** The association was asked for although one of the two customers is not known, or was not asked. */
  unverified: boolean;
  /** The source contact could not be looked at in time. */
  lookedInVain: boolean;
}

/**
 * Continues a past chat: looks at the source contact, asks for the association, and finds out why where Connect says no.
 *
 * @param deadline of all calls together; the look has the first half of it
 * @throws {MissingPermissionError | CredentialsError | MissingRegionError} what only the operator can mend
 */
export async function continuePastChat(
  request: AssociationRequest,
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Continuation> {
  const look = settings.sourceContactCheck ? await lookAtSource(request, settings, connect, deadline) : NO_LOOK;
  const outcome = look.outcome ?? (await associate(request, look.source, settings, connect, deadline));
  return { outcome, unverified: look.unverified, lookedInVain: look.lookedInVain };
}

/** What the look at the source contact showed: the contact, or an outcome where no association is to be asked for. */
interface Look extends Omit<Continuation, 'outcome'> {
  outcome?: Outcome;
  source?: Contact;
}

const NO_LOOK: Look = { unverified: false, lookedInVain: false };

async function lookAtSource(
  request: AssociationRequest,
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Look> {
  const half = deadline.half();
  const answer = await connect.describe(request.sourceContactId, half).finally(() => half.end());
  const ownerMatters = settings.customerCheck !== 'OFF';

  if (answer.kind === 'refused') {
    return {
      ...NO_LOOK,
      outcome: rejected(answer.status === 404 ? 'SOURCE_CONTACT_NOT_FOUND' : 'REJECTED_BY_CONNECT'),
    };
  }
  if (answer.kind === 'unavailable') {
    const decides = settings.customerCheck === 'REQUIRED' || (ownerMatters && request.customer !== undefined);
    return decides
      ? { outcome: { status: 'FAILED', reason: 'CHECK_UNAVAILABLE' }, unverified: false, lookedInVain: true }
      : { unverified: ownerMatters, lookedInVain: true };
  }

  const source = answer.value;
  const reason =
    whyNotContinued(request, source) ?? (ownerMatters ? whyNotOwned(request, source, settings) : undefined);
  if (reason) return { ...NO_LOOK, outcome: rejected(reason) };
  const bothKnown = request.customer !== undefined && sourceCustomer(source, settings) !== undefined;
  return { source, unverified: ownerMatters && !bothKnown, lookedInVain: false };
}

/** A contact that was transferred has an end while its session goes on; that cannot be seen here, and Connect decides. */
function whyNotContinued(request: AssociationRequest, source: Contact): PlainRejection | undefined {
  if (source.Channel !== 'CHAT') return 'SOURCE_CONTACT_NOT_CHAT';
  if (!source.DisconnectTimestamp) return 'SOURCE_CONTACT_STILL_ACTIVE';
  if (initialContactOf(request, source) === request.initialContactId) return 'SOURCE_CONTACT_IN_CURRENT_SESSION';
  return undefined;
}

function whyNotOwned(request: AssociationRequest, source: Contact, settings: Settings): PlainRejection | undefined {
  const owner = sourceCustomer(source, settings);
  if (request.customer !== undefined && owner !== undefined) {
    return request.customer === owner ? undefined : 'SOURCE_CONTACT_NOT_OWNED';
  }
  if (settings.customerCheck !== 'REQUIRED') return undefined;
  return request.customer === undefined ? 'CUSTOMER_UNKNOWN' : 'SOURCE_CONTACT_OWNER_UNKNOWN';
}

async function associate(
  request: AssociationRequest,
  source: Contact | undefined,
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Outcome> {
  const { contactId, rehydrationType } = request;
  const sourceContactId = contactToSend(request, source);
  const answer = await connect.associate({ contactId, sourceContactId, rehydrationType }, deadline);
  if (answer.kind === 'answered') return { status: 'ASSOCIATED', continuedFromContactId: answer.value };
  if (answer.kind === 'unavailable') return { status: 'FAILED', reason: answer.reason };
  if (answer.status === 404) return rejected('SOURCE_CONTACT_NOT_FOUND');
  if (answer.status === 400 && settings.sourceContactCheck) return findOutWhy(request, source, connect, deadline);
  return rejected('REJECTED_BY_CONNECT');
}

/** `ENTIRE_PAST_SESSION` takes the session's initial contact only, and people have whichever contact id they have. */
function contactToSend(request: AssociationRequest, source: Contact | undefined): string {
  const entire = request.rehydrationType === 'ENTIRE_PAST_SESSION';
  return entire && source ? initialContactOf(request, source) : request.sourceContactId;
}

function initialContactOf(request: AssociationRequest, source: Contact): string {
  return source.InitialContactId?.trim() || request.sourceContactId;
}

/**
 * Connect's 400 does not say why. Asked only after it: the current contact's `RelatedContactId` is also set for other
 * reasons than a persistent chat.
 *
 * The customer who is to wait and ask again sends the same request with the same `ClientToken`. That a refused request
 * does not use up its token is an assumption: nothing public settles it.
 */
async function findOutWhy(
  request: AssociationRequest,
  source: Contact | undefined,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Outcome> {
  const current = await connect.describe(request.contactId, deadline);
  const related = current.kind === 'answered' ? current.value.RelatedContactId?.trim() : undefined;
  if (related) return { status: 'ALREADY_PERSISTENT', continuedFromContactId: related };

  const endedAt = source?.DisconnectTimestamp?.getTime();
  const secondsToWait = endedAt === undefined ? 0 : TRANSCRIPT_READY_SECONDS - (Date.now() - endedAt) / 1_000;
  if (secondsToWait <= 0) return rejected('REJECTED_BY_CONNECT');
  // Another clock than ours wrote the end: it may seem to lie ahead.
  const retryAfterSeconds = Math.min(Math.ceil(secondsToWait), TRANSCRIPT_READY_SECONDS);
  return { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds };
}

type PlainRejection = Exclude<RejectedReason, 'SOURCE_CONTACT_JUST_ENDED'>;

function rejected(reason: PlainRejection): Outcome {
  return { status: 'REJECTED', reason };
}
