import { arn, ConnectError } from './answer.ts';
import { type Contact, contactTree, knownContact } from './contact.ts';
import { CONTACT_ID, operation, pageOf, someOf } from './request.ts';
import { endContact } from './transcript.ts';

/** `DescribeContact`. */
export const describeContact = operation({ ContactId: CONTACT_ID }, ({ contacts }, { InstanceId, ContactId }) => {
  const { persistent: _, transcript: __, ...members } = knownContact(contacts, ContactId);
  return { Contact: { Arn: arn(InstanceId, `contact/${ContactId}`), ...members, ...timestamps(members) } };
});

/** `GetContactAttributes`: the attributes of the contact in the path, which the model calls `InitialContactId`. */
export const getAttributes = operation({ InitialContactId: CONTACT_ID }, ({ contacts }, input) => {
  const { Attributes = {} } = knownContact(contacts, input.InitialContactId);
  return { Attributes };
});

/** `StopContact`: ends a contact, and with it a session of one contact. */
export const stopContact = operation({ ContactId: CONTACT_ID }, (state, { ContactId }) => {
  const contact = state.contacts.get(ContactId);
  if (!contact || contact.DisconnectTimestamp) {
    throw new ConnectError('ContactNotFoundException', 'The contact does not exist, or has ended.');
  }
  endContact(state, contact);
  return {};
});

/** `DeleteContactData`: deletes for good, and only from ended contacts. Its two other fields are for email contacts. */
export const deleteContactData = operation(
  { ContactId: CONTACT_ID, ContactFields: someOf('CUSTOMER_ENDPOINT') },
  ({ contacts }, { ContactId }) => {
    const contact = knownContact(contacts, ContactId);
    if (!contact.DisconnectTimestamp) {
      throw new ConnectError('ContactNotTerminatedException', 'The contact has not ended.');
    }
    const redacted = { ValueList: [{ ValueString: 'CUSTOMER_ENDPOINT' }] };
    contact.CustomerEndpoint = null;
    contact.SegmentAttributes = { ...contact.SegmentAttributes, 'connect:RedactedFields': redacted };
    return {};
  },
);

/** `ListAssociatedContacts`: summaries of a contact's tree, a page at a time. */
export const listAssociatedContacts = operation(
  { ContactId: CONTACT_ID },
  ({ contacts }, { InstanceId, ContactId }, query) => {
    const tree = contactTree(contacts, knownContact(contacts, ContactId));
    const { page, NextToken } = pageOf(tree, ContactId, query, 100);
    const ContactSummaryList = page.map(({ Id, ...member }) => {
      const { InitialContactId, PreviousContactId, RelatedContactId, InitiationMethod, Channel } = member;
      const members = { InitialContactId, PreviousContactId, RelatedContactId, InitiationMethod, Channel };
      return { ContactId: Id, ContactArn: arn(InstanceId, `contact/${Id}`), ...members, ...timestamps(member) };
    });
    return { ContactSummaryList, NextToken };
  },
);

/** Timestamps as a JSON body has them (restJson1): seconds since 1970, with fractions. */
function timestamps({ InitiationTimestamp, DisconnectTimestamp }: Omit<Contact, 'Id'>): object {
  return {
    InitiationTimestamp: Number(InitiationTimestamp) / 1000,
    DisconnectTimestamp: DisconnectTimestamp && Number(DisconnectTimestamp) / 1000,
  };
}
