import { MalformedEventError, quoted } from './errors.ts';
import { type Fields, isFields, text } from './fields.ts';

/** The parts of a contact-flow event that this function reads, by the names that Amazon Connect gives them. */
export interface ContactFlowEvent {
  /** The current contact: the one that the flow is running for. */
  contactId: string;
  /** The first contact of the current session; differs from `contactId` after a transfer. */
  initialContactId: string | undefined;
  /** The contact before this one in the current session. */
  previousContactId: string | undefined;
  instanceArn: string;
  /** What follows `:instance/` in the ARN, in any AWS partition. */
  instanceId: string;
  channel: string | undefined;
  /** The segment attribute `connect:Subtype`, `connect:Chat` say. */
  subtype: string | undefined;
  initiationMethod: string | undefined;
  /** Set by a server that started the chat (`StartChatContact`). */
  customerId: string | undefined;
  /** Where the customer writes from (SMS, WhatsApp); web chats have none. */
  customerEndpoint: Endpoint | undefined;
  /** Contact attributes. */
  attributes: Fields;
  /** The block's function input parameters. */
  parameters: Fields;
}

/** A customer endpoint; either part may be missing in an event. */
export interface Endpoint {
  type: string | undefined;
  address: string | undefined;
}

/**
 * Takes a contact-flow event apart. Real events differ from the published types, so nothing is asked of one beyond
 * what no call can do without.
 *
 * @throws {MalformedEventError} `Details.ContactData` is no object, its `ContactId` is empty or not a string, or its
 *   `InstanceARN` names no instance
 */
export function parseContactFlowEvent(event: unknown): ContactFlowEvent {
  const details = fields(fields(event)['Details']);
  const contactData = details['ContactData'];
  if (!isFields(contactData)) {
    throw new MalformedEventError(
      `Details.ContactData of the event is ${contactData === undefined ? 'missing' : 'not an object'}. This function ` +
        'expects the event of the block "AWS Lambda function" of an Amazon Connect flow; events/ has examples.',
    );
  }

  const contactId = text(contactData, 'ContactId');
  if (!contactId) {
    throw new MalformedEventError(
      `Details.ContactData.ContactId of the event is ${quoted(contactData['ContactId'])}; it must be the id of the ` +
        'contact that the flow is running for.',
    );
  }

  const instanceArn = text(contactData, 'InstanceARN') ?? '';
  const instanceId = /:instance\/([^/]+)/.exec(instanceArn)?.[1]?.trim();
  if (!instanceId) {
    throw new MalformedEventError(
      `Details.ContactData.InstanceARN of the event is ${quoted(contactData['InstanceARN'])}; it must end in ` +
        '":instance/" and the id of the Amazon Connect instance.',
    );
  }

  const endpoint = contactData['CustomerEndpoint'];
  return {
    contactId,
    initialContactId: text(contactData, 'InitialContactId'),
    previousContactId: text(contactData, 'PreviousContactId'),
    instanceArn,
    instanceId,
    channel: text(contactData, 'Channel'),
    subtype: text(fields(fields(contactData['SegmentAttributes'])['connect:Subtype']), 'ValueString'),
    initiationMethod: text(contactData, 'InitiationMethod'),
    customerId: text(contactData, 'CustomerId'),
    customerEndpoint: isFields(endpoint)
      ? { type: text(endpoint, 'Type'), address: text(endpoint, 'Address') }
      : undefined,
    attributes: fields(contactData['Attributes']),
    parameters: fields(details['Parameters']),
  };
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}
