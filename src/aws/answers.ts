import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { isJsonObject, isPathId, isSameContact } from '../values.ts';

// The SDK passes on whatever an answer holds, and no decision may rest on anything but text and time.

type Check = (value: unknown) => boolean;

const orAbsent = (holds: Check) => (value: unknown) => value == null || holds(value);
const isText = orAbsent(value => typeof value === 'string');
const isTime = orAbsent(value => value instanceof Date && !Number.isNaN(value.getTime()));
const isObject = orAbsent(isJsonObject);
const isEndpoint = orAbsent(value => isJsonObject(value) && isText(value['Type']) && isText(value['Address']));
const hasTextAsId = orAbsent(value => isJsonObject(value) && isText(value['Id']));
const isPathIdOrAbsent = orAbsent(isPathId);

const SUMMARY: Readonly<Record<string, Check>> = {
  ContactId: isPathId,
  InitialContactId: isPathIdOrAbsent,
  InitiationMethod: isText,
  Channel: isText,
  DisconnectTimestamp: isTime,
};

const CONTACT: Readonly<Record<string, Check>> = {
  Id: isPathId,
  InitialContactId: isPathIdOrAbsent,
  PreviousContactId: isPathIdOrAbsent,
  RelatedContactId: isText,
  Channel: isText,
  CustomerId: isText,
  CustomerEndpoint: isEndpoint,
  Attributes: isObject,
  SegmentAttributes: isObject,
  AgentInfo: hasTextAsId,
  QueueInfo: hasTextAsId,
  InitiationTimestamp: isTime,
  DisconnectTimestamp: isTime,
};

/** A contact as `DescribeContact` answers it. Ids of contacts are trimmed; a blank one is absent. */
export type DescribedContact = Contact & { Id: string };

/** What `DescribeContact` answered, if it is the contact that was asked for. */
export function readContact(answer: unknown, contactId: string): DescribedContact | undefined {
  const contact = withTrimmedIds(answer);
  return fits<DescribedContact>(contact, CONTACT) && isSameContact(contact.Id, contactId) ? contact : undefined;
}

/** A contact as `ListAssociatedContacts` answers it. Its ids are as in {@link DescribedContact}. */
export type ListedContact = AssociatedContactSummary & { ContactId: string };

/** What `ListAssociatedContacts` answered, if it is a list of contacts. */
export function readSummaries(answer: unknown): ListedContact[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const summaries = answer.map(withTrimmedIds);
  return summaries.every(summary => fits<ListedContact>(summary, SUMMARY)) ? summaries : undefined;
}

/** Whether a token for the next page, if there is one, can be sent. */
export const isToken = orAbsent(token => typeof token === 'string' && token.isWellFormed());

const IDS = ['Id', 'ContactId', 'InitialContactId', 'PreviousContactId', 'RelatedContactId'];

function withTrimmedIds(contact: unknown): unknown {
  if (!isJsonObject(contact)) return undefined;
  const fields = Object.entries(contact).map(([name, value]) => {
    return [name, IDS.includes(name) && typeof value === 'string' ? value.trim() || undefined : value];
  });
  return Object.fromEntries(fields);
}

function fits<T>(value: unknown, fields: Readonly<Record<string, Check>>): value is T {
  return isJsonObject(value) && Object.entries(fields).every(([name, holds]) => holds(value[name]));
}
