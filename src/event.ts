import { MalformedEventError, quoted } from './errors.ts';
import { isJsonObject, isPathId, type JsonObject, objectOrEmpty, text } from './values.ts';

/** The parts of a contact-flow event that this function reads, by the names that Amazon Connect gives them. */
export interface ContactFlowEvent {
  /** The current contact: the one that the flow is running for. */
  contactId: string;
  /** The first contact of the current session; differs from `contactId` after a transfer. */
  initialContactId: string | undefined;
  previousContactId: string | undefined;
  /** The contact that this one is linked to; null: none; `undefined`: the event does not say, because it has no such field. */
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

  const contactId = text(contactData, 'ContactId');
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
    initialContactId: text(contactData, 'InitialContactId'),
    previousContactId: text(contactData, 'PreviousContactId'),
    relatedContactId: linkOf(contactData['RelatedContactId']),
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

function linkOf(relatedContactId: unknown): string | null | undefined {
  if (relatedContactId === undefined) return undefined;
  return (typeof relatedContactId === 'string' && relatedContactId.trim()) || null;
}

/** The segment attribute `connect:Subtype`, of an event or of a described contact. */
export function subtypeOf(segmentAttributes: unknown): string | undefined {
  return text(objectOrEmpty(objectOrEmpty(segmentAttributes)['connect:Subtype']), 'ValueString');
}

/** Whether it is a guide's contact, which is no chat of a customer. */
export function isGuide(segmentAttributes: unknown): boolean {
  return subtypeOf(segmentAttributes) === 'connect:Guide';
}
