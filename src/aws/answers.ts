import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { isJsonObject, isPathId, isSameContact } from '../values.ts';

// The SDK passes on whatever an answer holds, and no decision may rest on anything but text and time.

type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = orAbsent(value => typeof value === 'string');
const isTime = orAbsent(value => value instanceof Date && !Number.isNaN(value.getTime()));
const isObject = orAbsent(isJsonObject);
const isEndpoint = orAbsent(value => isJsonObject(value) && isText(value['Type']) && isText(value['Address']));
const hasTextAsId = orAbsent(value => isJsonObject(value) && isText(value['Id']));
const isAnyPathId = orAbsent(isPathId);

/** The ids of contacts in an answer. */
const IDS = ['Id', 'ContactId', 'InitialContactId', 'PreviousContactId', 'RelatedContactId'];

const SUMMARY: Fields = {
  ContactId: isPathId,
  InitialContactId: isAnyPathId,
  InitiationMethod: isText,
  Channel: isText,
  DisconnectTimestamp: isTime,
};

const CONTACT: Fields = {
  Id: isPathId,
  InitialContactId: isAnyPathId,
  PreviousContactId: isAnyPathId,
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

/** A contact as `DescribeContact` answers it. Its ids have no white space around them, and a blank one is absent. */
export type DescribedContact = Contact & { Id: string };

/** What `DescribeContact` answered, if it is the contact that was asked for. */
export function readContact(answer: unknown, contactId: string): DescribedContact | undefined {
  const contact = withTrimmedIds(answer);
  return fits<DescribedContact>(contact, CONTACT) && isSameContact(contact.Id, contactId) ? contact : undefined;
}

/** What `ListAssociatedContacts` answered, if it is a list of contacts. Their ids are as in {@link DescribedContact}. */
export function readSummaries(answer: unknown): AssociatedContactSummary[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const summaries = answer.map(withTrimmedIds);
  return summaries.every(summary => fits<AssociatedContactSummary>(summary, SUMMARY)) ? summaries : undefined;
}

function withTrimmedIds(contact: unknown): unknown {
  const trimmed = (name: string, value: unknown) => {
    return IDS.includes(name) && typeof value === 'string' ? value.trim() || undefined : value;
  };
  return (
    isJsonObject(contact) &&
    Object.fromEntries(Object.entries(contact).map(([name, value]) => [name, trimmed(name, value)]))
  );
}

/** Whether a token for the next page, if there is one, can be sent. */
export function isToken(token: unknown): boolean {
  return isText(token) && String(token).isWellFormed();
}

function fits<T>(value: unknown, fields: Fields): value is T {
  return isJsonObject(value) && Object.entries(fields).every(([name, holds]) => holds(value[name]));
}

function orAbsent(holds: (value: unknown) => boolean): (value: unknown) => boolean {
  return value => value == null || holds(value);
}
