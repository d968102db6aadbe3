import { MalformedEventError, quoted } from './errors.ts';
import { isJsonObject, isPathId, type JsonObject, objectOrEmpty, text, trimmedText } from './values.ts';

/**
 * The parts of a contact-flow event that this function reads, by the names that Amazon Connect gives them. Ids of contacts
 * have no white space around them, and a blank one is absent.
 */
export interface ContactFlowEvent {
  /** The current contact: the one that the flow is running for. */
  contactId: string;
  /** The first contact of the current session; differs from `contactId` after a transfer. */
  initialContactId: string | undefined;
  previousContactId: string | undefined;
  /** The contact that this one is linked to; `null` where the event says that there is none, `undefined` where it says nothing. */
  relatedContactId: string | null | undefined;
  instanceArn: string;
  /** What follows `:instance/` in the ARN, in any AWS partition. */
  instanceId: string;
  channel: string | undefined;
  segmentAttributes: JsonObject;
  initiationMethod: string | undefined;
  /** Set by the server that started the chat (`StartChatContact`), by the widget's JWT, or by the flow. */
  customerId: string | undefined;
  /** Where the customer writes from (SMS, WhatsApp); web chats have none. */
  customerEndpoint: JsonObject;
  /** What the customer wrote to: a business's phone number. */
  systemEndpoint: JsonObject;
  attributes: JsonObject;
  parameters: JsonObject;
}

/**
 * Takes a contact-flow event apart. Real events differ from the published types, so nothing is asked of one beyond
 * what no call can do without.
 *
 * @throws {MalformedEventError} `Details.ContactData` is no object, its `ContactId` cannot be the id of a contact, or its
 *   `InstanceARN` names no instance
 */
export function parseContactFlowEvent(event: unknown): ContactFlowEvent {
  const details = objectOrEmpty(objectOrEmpty(event)['Details']);
  const contactData = details['ContactData'];
  if (!isJsonObject(contactData)) {
    const what = contactData === undefined ? 'missing' : 'not an object';
    throw new MalformedEventError(
      `Details.ContactData of the event is ${what}. This function expects the event of the block "AWS Lambda function" ` +
        'of an Amazon Connect flow; events/ has examples.',
    );
  }

  const contactId = trimmedText(contactData, 'ContactId');
  if (!isPathId(contactId)) {
    throw new MalformedEventError(
      `Details.ContactData.ContactId of the event is ${quoted(contactData['ContactId'])}; it must be the id of the ` +
        'contact that the flow is running for.',
    );
  }

  const [instanceArn = '', instanceId] =
    /^.*:instance\/([^/]+)/s.exec(text(contactData, 'InstanceARN') ?? '')?.map(part => part.trim()) ?? [];
  if (!isPathId(instanceId)) {
    throw new MalformedEventError(
      `Details.ContactData.InstanceARN of the event is ${quoted(contactData['InstanceARN'])}; it must end in ` +
        '":instance/" and the id of the Amazon Connect instance.',
    );
  }

  return {
    contactId,
    initialContactId: trimmedText(contactData, 'InitialContactId'),
    previousContactId: trimmedText(contactData, 'PreviousContactId'),
    relatedContactId:
      contactData['RelatedContactId'] === undefined
        ? undefined
        : (trimmedText(contactData, 'RelatedContactId') ?? null),
    instanceArn,
    instanceId,
    channel: text(contactData, 'Channel'),
    segmentAttributes: objectOrEmpty(contactData['SegmentAttributes']),
    initiationMethod: text(contactData, 'InitiationMethod'),
    customerId: text(contactData, 'CustomerId'),
    customerEndpoint: objectOrEmpty(contactData['CustomerEndpoint']),
    systemEndpoint: objectOrEmpty(contactData['SystemEndpoint']),
    attributes: objectOrEmpty(contactData['Attributes']),
    parameters: objectOrEmpty(details['Parameters']),
  };
}

/** Subtypes of chats, as Amazon Connect's documentation spells them; `SendChatIntegrationEvent` also takes `connect:sms`. */
const CHAT_SUBTYPES = ['connect:Chat', 'connect:SMS', 'connect:WhatsApp', 'connect:Apple', 'connect:Guide'];

/** The segment attribute `connect:Subtype`, of an event or of a described contact; see {@link knownSubtype}. */
export function subtypeOf(segmentAttributes: unknown): string | undefined {
  const subtype = text(objectOrEmpty(objectOrEmpty(segmentAttributes)['connect:Subtype']), 'ValueString');
  return subtype === undefined ? undefined : knownSubtype(subtype);
}

/** A subtype in its usual spelling, if it is one that only letter case tells from that. */
export function knownSubtype(subtype: string): string {
  return CHAT_SUBTYPES.find(known => known.toLowerCase() === subtype.toLowerCase()) ?? subtype;
}
