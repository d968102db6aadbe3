import type { DescribedContact } from '../aws/answers.ts';
import { ownerOf } from '../customer.ts';
import { type Finished, type Outcome, rejected } from '../outcome.ts';
import type { ChatRequest } from '../request.ts';
import type { Result } from '../result.ts';
import { comparesOwners } from '../settings.ts';
import { isSameContact } from '../values.ts';
import { sessionOf } from './session.ts';

/** Whether the owner is known to be the current customer; `undefined` where owners are not compared. */
export type Verdict = Required<Pick<Result, 'ownerVerified'>>;

/** Checks the owner of a contact: an outcome comes with the verdict if this customer may not continue it. */
export function checkOwner(contact: DescribedContact, request: ChatRequest): Verdict | (Verdict & Finished) {
  const { customer, settings } = request;
  if (!comparesOwners(settings)) return { ownerVerified: undefined };
  const owner = ownerOf(contact, customer, settings);
  if (owner === 'CUSTOMER') return { ownerVerified: true };
  if (owner === 'NOBODY' && settings.sourceContactCheck === 'OWNER_IF_KNOWN') return { ownerVerified: false };
  const outcome = owner === 'ANOTHER' ? rejected('SOURCE_CONTACT_NOT_OWNED') : ownerUnknown(request);
  return { ownerVerified: false, outcome };
}

/** The outcome where the past contact's customer and the current one cannot be compared. */
export function ownerUnknown({ customer }: ChatRequest): Outcome {
  return rejected(customer ? 'SOURCE_CONTACT_OWNER_UNKNOWN' : 'CUSTOMER_UNKNOWN');
}

/** The result if a contact that must be checked could not be described: nothing is associated. */
export const CHECK_UNAVAILABLE: Result = {
  checkUnavailable: true,
  outcome: { status: 'FAILED', reason: 'CHECK_UNAVAILABLE' },
};

/**
 * Checks all but the owner, who is checked before: somebody who tries ids learns nothing of another customer's
 * contacts. A transferred contact has an end while its session goes on: that cannot be seen here, and Connect decides.
 */
export function checkContact(contact: DescribedContact, { initialContactId }: ChatRequest): Finished | undefined {
  if (contact.Channel !== 'CHAT') return { outcome: rejected('SOURCE_CONTACT_NOT_CHAT') };
  if (!contact.DisconnectTimestamp) return { outcome: rejected('SOURCE_CONTACT_STILL_ACTIVE') };
  if (!isSameContact(sessionOf(contact), initialContactId)) return undefined;
  return { outcome: rejected('SOURCE_CONTACT_IN_CURRENT_SESSION') };
}
