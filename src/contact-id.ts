import type { ContactFlowEvent } from './contact-flow-event.ts';

/** Characters (API reference). */
const CONTACT_ID_MAX_LENGTH = 256;

/** An id as it is shown: it may be any text from outside, and neither its length nor a lone surrogate may spoil an answer. */
export function shownId(text: string): string {
  return text.slice(0, CONTACT_ID_MAX_LENGTH).toWellFormed();
}

/**
 * Whether a text can stand for an id in a request's path. The SDK sends a
 * segment of dots as it is, which names another path, and throws on a lone surrogate.
 */
export function isPathId(id: unknown): id is string {
  return (
    typeof id === 'string' &&
    id.trim() !== '' &&
    id.length <= CONTACT_ID_MAX_LENGTH &&
    id !== '.' &&
    id !== '..' &&
    id.isWellFormed() &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    !/[\u0000-\u001f\u007f-\u009f]/.test(id)
  );
}

/** Whether it has the form of a contact's id: stricter than {@link isPathId}, for ids that come from outside AWS. */
export function isContactId(id: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(id) && id.length <= CONTACT_ID_MAX_LENGTH;
}

/** Whether two ids name one contact: ids are UUIDs, in which letter case has no meaning. */
export function isSameContact(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * A past contact's id as people type it: without the white space around it, and the ARN of a contact of this instance
 * stands for its last part.
 *
 * @example readSourceContactId(' arn:aws:connect:…:instance/ID/contact/a104cc36-… ', event) // 'a104cc36-…'
 */
export function readSourceContactId(given: string, { instanceArn }: ContactFlowEvent): string {
  const trimmed = given.trim();
  const contacts = `${instanceArn}/contact/`;
  return trimmed.toLowerCase().startsWith(contacts.toLowerCase()) ? trimmed.slice(contacts.length) : trimmed;
}

/** Whether a contact is known to belong to the current session without asking anybody. */
export function isInCurrentSession(id: string, event: ContactFlowEvent): boolean {
  return [event.contactId, event.initialContactId, event.previousContactId].some(
    own => own !== undefined && isSameContact(own.trim(), id),
  );
}
