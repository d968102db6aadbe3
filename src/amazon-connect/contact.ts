import type { Contact } from '@aws-sdk/client-connect';
import { isFields } from '../fields.ts';

/**
 * Whether what `DescribeContact` answered makes sense: the SDK passes on whatever the answer holds, and what is decided
 * from it must not rest on something else than text and time.
 */
export function isContact(contact: unknown): contact is Contact {
  if (!isFields(contact) || Object.keys(contact).length === 0) return false;
  const { Id, Channel, InitialContactId, RelatedContactId, CustomerId, CustomerEndpoint, Attributes } = contact;
  const { DisconnectTimestamp } = contact;
  return (
    [Id, Channel, InitialContactId, RelatedContactId, CustomerId].every(isTextOrAbsent) &&
    (CustomerEndpoint == null ||
      (isFields(CustomerEndpoint) && [CustomerEndpoint['Type'], CustomerEndpoint['Address']].every(isTextOrAbsent))) &&
    (Attributes == null || isFields(Attributes)) &&
    (DisconnectTimestamp == null ||
      (DisconnectTimestamp instanceof Date && !Number.isNaN(DisconnectTimestamp.getTime())))
  );
}

function isTextOrAbsent(value: unknown): boolean {
  return value == null || typeof value === 'string';
}
