import type { DescribedContact } from '../aws/answers.ts';
import { ownerOf } from '../customer.ts';
import { type Outcome, rejected } from '../outcome.ts';
import type { ChatRequest } from '../request.ts';
import type { Findings } from '../result.ts';
import { comparesOwners } from '../settings.ts';
import { isSameContact } from '../values.ts';
import { sessionOf } from './session.ts';

/**
 * Checks the contact that was named. The owner comes first, so that somebody who tries ids learns nothing else of another
 * customer's contacts.
 *
 * A contact that was transferred has an end while its session goes on; that cannot be seen here, and Connect decides.
 *
 * @param findings `ownerVerified` becomes true only where every contact that was checked is known to be this customer's
 * @returns the outcome of a contact that may not be continued
 */
export function checkContact(contact: DescribedContact, request: ChatRequest, findings: Findings): Outcome | undefined {
  const refused = checkOwner(contact, request, findings);
  if (refused) return refused;
  if (contact.Channel !== 'CHAT') return rejected('SOURCE_CONTACT_NOT_CHAT');
  if (!contact.DisconnectTimestamp) return rejected('SOURCE_CONTACT_STILL_ACTIVE');
  if (isSameContact(sessionOf(contact), request.initialContactId)) return rejected('SOURCE_CONTACT_IN_CURRENT_SESSION');
  return undefined;
}

/**
 * Checks the owner of a contact, and nothing else; see {@link checkContact}. A contact whose customer is known is for that
 * customer only. One of nobody passes, unless the owner is required.
 */
export function checkOwner(contact: DescribedContact, { customer, settings }: ChatRequest, findings: Findings) {
  if (!comparesOwners(settings.sourceContactCheck)) return undefined;
  const owner = ownerOf(contact, customer, settings);
  findings.ownerVerified = owner === 'CUSTOMER' && findings.ownerVerified !== false;
  if (owner === 'CUSTOMER') return undefined;
  if (owner === 'ANOTHER') return rejected('SOURCE_CONTACT_NOT_OWNED');
  if (owner === 'OTHER_KIND') return rejected(customer ? 'SOURCE_CONTACT_OWNER_UNKNOWN' : 'CUSTOMER_UNKNOWN');
  return settings.sourceContactCheck === 'OWNER_REQUIRED' ? rejected('SOURCE_CONTACT_OWNER_UNKNOWN') : undefined;
}
