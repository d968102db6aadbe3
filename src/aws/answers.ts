import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { isJsonObject, isPathId, isSameContact, objectOrEmpty } from '../values.ts';

// The SDK passes on whatever an answer holds, and no decision may rest on anything but text and time.

type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = orAbsent(value => typeof value === 'string');
const isTime = orAbsent(value => value instanceof Date && !Number.isNaN(value.getTime()));
const isObject = orAbsent(isJsonObject);
const isEndpoint = orAbsent(value => isJsonObject(value) && isText(value['Type']) && isText(value['Address']));
const hasTextAsId = orAbsent(value => isJsonObject(value) && isText(value['Id']));
/** An id that may become a part of a request's path. */
const isIdOrBlank = orAbsent(value => (typeof value === 'string' && value.trim() === '') || isPathId(value));

const SUMMARY: Fields = {
  ContactId: isPathId,
  InitialContactId: isIdOrBlank,
  InitiationMethod: isText,
  Channel: isText,
  DisconnectTimestamp: isTime,
};

const CONTACT: Fields = {
  InitialContactId: isIdOrBlank,
  PreviousContactId: isIdOrBlank,
  Channel: isText,
  RelatedContactId: isText,
  CustomerId: isText,
  CustomerEndpoint: isEndpoint,
  Attributes: isObject,
  SegmentAttributes: isObject,
  AgentInfo: hasTextAsId,
  QueueInfo: hasTextAsId,
  InitiationTimestamp: isTime,
  DisconnectTimestamp: isTime,
};

/** A contact as `DescribeContact` answers it. */
export type DescribedContact = Contact & { Id: string };

/** Whether what `DescribeContact` answered is the contact that was asked for. */
export function isContact(contact: unknown, contactId: string): contact is DescribedContact {
  const { Id } = objectOrEmpty(contact);
  return isPathId(Id) && isSameContact(Id, contactId) && fits(contact, CONTACT);
}

/** Whether what `ListAssociatedContacts` answered is a list of contacts. */
export function areSummaries(list: unknown): list is AssociatedContactSummary[] {
  return Array.isArray(list) && list.every(summary => fits(summary, SUMMARY));
}

/** Whether a token for the next page, if there is one, can be sent. */
export function isToken(token: unknown): boolean {
  return isText(token) && String(token).isWellFormed();
}

function fits(value: unknown, fields: Fields): boolean {
  return isJsonObject(value) && Object.entries(fields).every(([name, holds]) => holds(value[name]));
}

function orAbsent(holds: (value: unknown) => boolean): (value: unknown) => boolean {
  return value => value == null || holds(value);
}
