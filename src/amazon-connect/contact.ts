import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { isPathId, isSameContact } from '../contact-id.ts';
import { isJsonObject, type JsonObject } from '../json-object.ts';

/**
 * Whether what `DescribeContact` answered is the contact that was asked for, and makes sense: the SDK passes on whatever
 * the answer holds, and what is decided from it must not rest on something else than text and time. Who its customer is,
 * customer.ts reads: what is no text is nobody.
 */
export function isContact(contact: unknown, contactId: string): contact is Contact {
  if (!isJsonObject(contact)) return false;
  const { Id, Channel, InitialContactId, RelatedContactId, CustomerEndpoint, Attributes } = contact;
  const { DisconnectTimestamp, SegmentAttributes, AgentInfo, QueueInfo } = contact;
  return (
    isPathId(Id) &&
    isSameContact(Id, contactId) &&
    isPathIdOrBlank(InitialContactId) &&
    [Channel, RelatedContactId].every(isTextOrAbsent) &&
    [CustomerEndpoint, Attributes, SegmentAttributes, AgentInfo, QueueInfo].every(isObjectOrAbsent) &&
    [idOf(AgentInfo), idOf(QueueInfo)].every(isTextOrAbsent) &&
    isTimeOrAbsent(DisconnectTimestamp)
  );
}

/** Whether what `ListAssociatedContacts` answered makes sense. */
export function areSummaries(list: unknown): list is AssociatedContactSummary[] {
  return Array.isArray(list) && list.every(isSummary);
}

/** Whether a token for the next page, if there is one, can be sent. */
export function isToken(token: unknown): boolean {
  return token == null || (typeof token === 'string' && token.isWellFormed());
}

function isSummary(summary: unknown): boolean {
  if (!isJsonObject(summary)) return false;
  const { ContactId, InitialContactId, InitiationMethod, Channel, DisconnectTimestamp } = summary;
  return (
    isPathId(ContactId) &&
    isPathIdOrBlank(InitialContactId) &&
    [InitiationMethod, Channel].every(isTextOrAbsent) &&
    isTimeOrAbsent(DisconnectTimestamp)
  );
}

function idOf(value: unknown): unknown {
  return (value as JsonObject | undefined)?.['Id'];
}

/** An id that may become a part of a request's path. */
function isPathIdOrBlank(value: unknown): boolean {
  return value == null || (typeof value === 'string' && value.trim() === '') || isPathId(value);
}

function isObjectOrAbsent(value: unknown): boolean {
  return value == null || isJsonObject(value);
}

function isTextOrAbsent(value: unknown): boolean {
  return value == null || typeof value === 'string';
}

function isTimeOrAbsent(value: unknown): boolean {
  return value == null || (value instanceof Date && !Number.isNaN(value.getTime()));
}
