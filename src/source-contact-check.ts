import type { Contact } from '@aws-sdk/client-connect';
import { isSameContact } from './contact-id.ts';
import { ownerOf } from './customer.ts';
import type { PlainRejectedReason } from './outcome.ts';
import type { AssociationRequest } from './request.ts';
import { sessionOf } from './session.ts';
import type { Settings } from './settings.ts';

/**
 * Whether a past contact may be continued. `ownerVerified`: true when both customers were known and equal, false when one
 * was not known or they differ, `undefined` when nobody compared.
 */
export type Judgement =
  | { passed: true; ownerVerified: boolean | undefined }
  | { passed: false; ownerVerified: boolean | undefined; reason: PlainRejectedReason };

type Asking = Pick<AssociationRequest, 'customer' | 'initialContactId'>;
type Rules = Pick<Settings, 'sourceContactCheck' | 'customerIdentity' | 'customerIdAttribute'>;

/**
 * Judges the contact that was named. The owner comes first, so that somebody who tries ids learns nothing else of another
 * customer's contacts.
 *
 * A contact that was transferred has an end while its session goes on; that cannot be seen here, and Connect decides.
 */
export function judgeSourceContact(contact: Contact, request: Asking, settings: Rules): Judgement {
  const judgement = judgeOwner(contact, request, settings);
  if (!judgement.passed) return judgement;
  const reason = whyNotContinuable(contact, request);
  return reason ? { passed: false, ownerVerified: judgement.ownerVerified, reason } : judgement;
}

/** Judges the owner of a contact, and nothing else. */
export function judgeOwner(contact: Contact, { customer }: Asking, settings: Rules): Judgement {
  const { sourceContactCheck } = settings;
  if (!asksForOwner(sourceContactCheck)) return { passed: true, ownerVerified: undefined };
  const owner = customer && ownerOf(contact, customer, settings);
  if (customer !== undefined && owner !== undefined) {
    return customer.id === owner
      ? { passed: true, ownerVerified: true }
      : { passed: false, ownerVerified: false, reason: 'SOURCE_CONTACT_NOT_OWNED' };
  }
  if (sourceContactCheck === 'OWNER_IF_KNOWN') return { passed: true, ownerVerified: false };
  const reason = customer === undefined ? 'CUSTOMER_UNKNOWN' : 'SOURCE_CONTACT_OWNER_UNKNOWN';
  return { passed: false, ownerVerified: undefined, reason };
}

/** Whether this check compares the two customers. */
export function asksForOwner(check: Settings['sourceContactCheck']): boolean {
  return check === 'OWNER_IF_KNOWN' || check === 'OWNER_REQUIRED';
}

function whyNotContinuable(contact: Contact, { initialContactId }: Asking): PlainRejectedReason | undefined {
  if (contact.Channel !== 'CHAT') return 'SOURCE_CONTACT_NOT_CHAT';
  if (!contact.DisconnectTimestamp) return 'SOURCE_CONTACT_STILL_ACTIVE';
  if (isSameContact(sessionOf(contact), initialContactId)) return 'SOURCE_CONTACT_IN_CURRENT_SESSION';
  return undefined;
}
