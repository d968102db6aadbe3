import { isSameContact } from './amazon-connect/contact.ts';
import type { ContactFlowEvent } from './contact-flow-event.ts';

/**
 * A past contact's id as people type it: without the white space around it, and the ARN of a contact of this instance
 * stands for its last part.
 *
 * @example readSourceContactId(' arn:aws:connect:…:instance/ID/contact/a104cc36-… ', event) // 'a104cc36-…'
 */
export function readSourceContactId(given: string, { instanceArn }: ContactFlowEvent): string {
  const trimmed = given.trim();
  const contacts = `${instanceArn}/contact/`;
  return trimmed.startsWith(contacts) ? trimmed.slice(contacts.length) : trimmed;
}

/** Whether it can be the id of a contact: at most 256 characters (API reference); that they are UUIDs is not documented. */
export function isContactId(id: string): boolean {
  return /^[A-Za-z0-9-]{1,256}$/.test(id);
}

/** Whether a contact is known to belong to the current session without asking anybody. */
export function isInCurrentSession(id: string, event: ContactFlowEvent): boolean {
  return [event.contactId, event.initialContactId, event.previousContactId].some(
    own => own !== undefined && isSameContact(own.trim(), id),
  );
}
