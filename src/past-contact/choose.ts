import type { DescribedContact, ListedContact } from '../aws/answers.ts';
import type { Association } from '../aws/connect.ts';
import type { Unanswered } from '../aws/failure.ts';
import { type Finished, isFinished, type Reason } from '../outcome.ts';
import type { ChatRequest } from '../request.ts';
import type { Result } from '../result.ts';
import { comparesOwners } from '../settings.ts';
import { isSameContact } from '../values.ts';
import type { Chat } from './chat.ts';
import { CHECK_UNAVAILABLE, checkContact, checkOwner, ownerUnknown, type Verdict } from './check.ts';
import { findLastAgentSegment } from './last-agent.ts';
import { outcomeOf } from './refusal.ts';
import { sessionOf } from './session.ts';

/** What was found out about a past contact, whether or not it may be continued. */
type Findings = Pick<Result, 'sourceContact' | 'ownerVerified' | 'checkUnavailable'>;

/** What to ask Amazon Connect for, and what was found out on the way. */
export interface Choice extends Findings {
  association: Association;
  /** The reason of an association that succeeds, if it has one. */
  reason?: Reason<'ASSOCIATED'>;
  /** The contacts of the past session, if they were listed. */
  session?: ListedContact[];
}

/** A source contact whose check passed so far, and the contacts of its session whose owner passed. */
interface CheckedSource extends Verdict {
  sourceContact: DescribedContact;
  checked: DescribedContact[];
}

type Step<Value> = Promise<Value | (Findings & Finished)>;

/** Chooses the association, after the source contact check; an outcome if the contact may not be continued. */
export async function chooseAssociation(sourceContactId: string, chat: Chat): Step<Choice> {
  const { request, connect, deadline } = chat;
  const { rehydrationType, settings } = request;
  if (settings.sourceContactCheck === 'OFF') return { association: associationFrom(sourceContactId, request) };

  const described = await connect.describe(sourceContactId, deadline.for('description'));
  if (!('value' in described)) return chooseUndescribed(sourceContactId, described, request);
  const contact = described.value;
  const source = await checkSource(contact, chat);
  if (isFinished(source)) return source;
  if (rehydrationType === 'FROM_LAST_AGENT_SEGMENT') return chooseLastAgentSegment(source, chat);
  if (rehydrationType === 'FROM_SEGMENT') return { ...source, association: associationFrom(contact.Id, request) };
  // This type takes the session's initial contact only, and people have whichever contact id they have.
  const initial = comparesOwners(settings) ? await checkInitial(source, chat) : source;
  if (isFinished(initial)) return initial;
  return { ...initial, association: associationFrom(sessionOf(contact), request) };
}

async function chooseLastAgentSegment(source: CheckedSource, chat: Chat): Step<Choice> {
  const search = await findLastAgentSegment(source.sourceContact, source.checked, chat);
  if (isFinished(search)) return { ...source, ...search };
  const segment = await checkSource(search.segment, chat, source);
  if (isFinished(segment)) return segment;
  const listed = search.session ? { session: search.session } : { reason: 'SESSION_NOT_LISTED' as const };
  return { ...segment, ...listed, association: associationFrom(search.segment.Id, chat.request) };
}

function chooseUndescribed(id: string, unanswered: Unanswered, request: ChatRequest): Choice | (Findings & Finished) {
  const { rehydrationType, mode, settings } = request;
  if ('refused' in unanswered) return { outcome: outcomeOf(unanswered) };
  // What CONTACT checks, Amazon Connect checks too; but an entire session needs the initial contact.
  const isNeeded = comparesOwners(settings) || rehydrationType === 'ENTIRE_PAST_SESSION';
  if (isNeeded || mode === 'FIND') return CHECK_UNAVAILABLE;
  // Without the source contact, its session cannot be searched for the last agent.
  if (rehydrationType === 'FROM_LAST_AGENT_SEGMENT') return { checkUnavailable: true, outcome: outcomeOf(unanswered) };
  return { checkUnavailable: true, association: associationFrom(id, request) };
}

/** Checks a past contact: its owner; if it has none, that of the initial contact, shown too; then the rest. */
async function checkSource(contact: DescribedContact, chat: Chat, before?: CheckedSource): Step<CheckedSource> {
  const verdict = checkOwner(contact, chat.request);
  if (isFinished(verdict)) return { sourceContact: contact, ...verdict };
  const ownerVerified = (before?.ownerVerified ?? true) && verdict.ownerVerified;
  const own = { sourceContact: contact, ownerVerified, checked: [contact, ...(before?.checked ?? [])] };
  const source = ownerVerified === false ? await checkInitial(own, chat) : own;
  return isFinished(source) ? source : { ...source, ...checkContact(contact, chat.request) };
}

/** Checks the owner of the session's initial contact as well, unless it was checked before. */
async function checkInitial(source: CheckedSource, { request, connect, deadline }: Chat): Step<CheckedSource> {
  const { sourceContact, checked } = source;
  const initialContactId = sessionOf(sourceContact);
  if (checked.some(({ Id }) => isSameContact(Id, initialContactId))) return source;

  const initial = await connect.describe(initialContactId, deadline.for('description'));
  if ('unavailable' in initial) return { ...source, ...CHECK_UNAVAILABLE };
  if ('refused' in initial) {
    const isSent = request.rehydrationType === 'ENTIRE_PAST_SESSION';
    return { ...source, outcome: isSent ? outcomeOf(initial) : ownerUnknown(request) };
  }
  const verdict = checkOwner(initial.value, request);
  const ownerVerified = source.ownerVerified && verdict.ownerVerified;
  return { ...verdict, sourceContact, ownerVerified, checked: [...checked, initial.value] };
}

function associationFrom(sourceContactId: string, { contactId, rehydrationType }: ChatRequest): Association {
  const isEntire = rehydrationType === 'ENTIRE_PAST_SESSION';
  return { contactId, sourceContactId, rehydrationType: isEntire ? rehydrationType : 'FROM_SEGMENT' };
}
