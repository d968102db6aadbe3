import type { Contact } from '@aws-sdk/client-connect';

/**
 * Whether what `DescribeContact` answered makes sense: the SDK passes on whatever the answer holds, and what is decided
 * from it must not rest on something else than text and time.
 */
export function isContact(contact: unknown): contact is Contact {
  if (!isObject(contact) || Object.keys(contact).length === 0) return false;
  const { Id, Channel, InitialContactId, RelatedContactId, CustomerId, CustomerEndpoint, Attributes } = contact;
  const { DisconnectTimestamp } = contact;
  return (
    [Id, Channel, InitialContactId, RelatedContactId, CustomerId].every(isTextOrAbsent) &&
    (CustomerEndpoint == null ||
      (isObject(CustomerEndpoint) && [CustomerEndpoint['Type'], CustomerEndpoint['Address']].every(isTextOrAbsent))) &&
    (Attributes == null || isObject(Attributes)) &&
    (DisconnectTimestamp == null ||
      (DisconnectTimestamp instanceof Date && !Number.isNaN(DisconnectTimestamp.getTime())))
  );
}

function isTextOrAbsent(value: unknown): boolean {
  return value == null || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
