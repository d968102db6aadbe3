import { MalformedEventError, quoted } from './errors.ts';
import { isJsonObject, isPathId, objectOrEmpty, text, trimmedText } from './values.ts';

/** What this function reads from a contact-flow event. */
export type ContactFlowEvent = ReturnType<typeof parseContactFlowEvent>;

/**
 * Takes a contact-flow event apart. Real events differ from the published types, so only what every invocation needs is
 * required. The ids of contacts are trimmed, and a blank one is absent; a customer id is as it came.
 *
 * @throws {MalformedEventError} without a usable `ContactData`, `ContactId` or `InstanceARN`
 */
export function parseContactFlowEvent(event: unknown) {
  const details = objectOrEmpty(objectOrEmpty(event)['Details']);
  const contactData = details['ContactData'];
  if (!isJsonObject(contactData)) {
    const what = contactData === undefined ? 'missing' : 'not an object';
    throw new MalformedEventError(
      `Details.ContactData of the event is ${what}. This function expects the event of the block "AWS Lambda function" of an Amazon Connect flow; events/ has examples.`,
    );
  }

  const contactId = trimmedText(contactData, 'ContactId');
  if (!isPathId(contactId)) {
    throw new MalformedEventError(
      `Details.ContactData.ContactId of the event is ${quoted(contactData['ContactId'])}; it must be the id of the contact that the flow is running for.`,
    );
  }

  const match = /^.*:instance\/([^/]+)/s.exec(text(contactData, 'InstanceARN') ?? '');
  const [instanceArn = '', instanceId] = match?.map(part => part.trim()) ?? [];
  if (!isPathId(instanceId)) {
    throw new MalformedEventError(
      `Details.ContactData.InstanceARN of the event is ${quoted(contactData['InstanceARN'])}; it must end in ":instance/" and the id of the Amazon Connect instance.`,
    );
  }

  const notLinked = contactData['RelatedContactId'] === undefined ? undefined : null;
  return {
    contactId,
    /** The first contact of the current session; differs from `contactId` after a transfer. */
    initialContactId: trimmedText(contactData, 'InitialContactId') ?? contactId,
    previousContactId: trimmedText(contactData, 'PreviousContactId'),
    /** The contact that this one is linked to: `null` if the event says there is none, `undefined` if it is silent. */
    relatedContactId: trimmedText(contactData, 'RelatedContactId') ?? notLinked,
    instanceArn,
    /** What follows `:instance/` in the ARN, in any AWS partition. */
    instanceId,
    channel: text(contactData, 'Channel'),
    segmentAttributes: objectOrEmpty(contactData['SegmentAttributes']),
    initiationMethod: text(contactData, 'InitiationMethod'),
    /** Set by the server that started the chat (`StartChatContact`), by the widget's JWT, or by the flow. */
    customerId: text(contactData, 'CustomerId'),
    /** Where the customer writes from (SMS, WhatsApp); web chats have none. */
    customerEndpoint: objectOrEmpty(contactData['CustomerEndpoint']),
    /** What the customer wrote to, such as the business's phone number. */
    systemEndpoint: objectOrEmpty(contactData['SystemEndpoint']),
    attributes: objectOrEmpty(contactData['Attributes']),
    parameters: objectOrEmpty(details['Parameters']),
  };
}

/** Subtypes of chats, as the documentation spells them; `SendChatIntegrationEvent` also takes `connect:sms`. */
const CHAT_SUBTYPES = ['connect:Chat', 'connect:SMS', 'connect:WhatsApp', 'connect:Apple', 'connect:Guide'];

/** The segment attribute `connect:Subtype`, of an event or of a described contact; see {@link knownSubtype}. */
export function subtypeOf(segmentAttributes: unknown): string | undefined {
  const subtype = text(objectOrEmpty(objectOrEmpty(segmentAttributes)['connect:Subtype']), 'ValueString');
  return subtype === undefined ? undefined : knownSubtype(subtype);
}

/** A subtype in its usual letter case, if it is a known one. */
export function knownSubtype(subtype: string): string {
  return CHAT_SUBTYPES.find(known => known.toLowerCase() === subtype.toLowerCase()) ?? subtype;
}
