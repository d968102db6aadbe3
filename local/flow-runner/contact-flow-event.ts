import type { Contact } from '../connect/index.ts';

/**
 * The event that the block "AWS Lambda function" sends for a contact, with its function input parameters, in the shape of
 * the files in events/: a session's first contact is its own initial and previous contact, what is not known is `null`.
 */
export function contactFlowEvent(
  contact: Contact,
  InstanceARN: string,
  parameters: Readonly<Record<string, string>>,
): object {
  const [, , , AwsRegion, , instance = ''] = InstanceARN.split(':');
  const { Id: ContactId, Channel, InitiationMethod, Attributes, SegmentAttributes } = contact;
  const { InitialContactId = ContactId, PreviousContactId = ContactId, RelatedContactId = null } = contact;
  const { CustomerEndpoint = null, CustomerId = null } = contact;
  const ids = { ContactId, InitialContactId, PreviousContactId, RelatedContactId };
  const unknown = { Description: null, Name: null, Queue: null, References: {}, SystemEndpoint: null };
  const ContactData = {
    ...ids,
    ...unknown,
    Attributes: { ...Attributes },
    AwsRegion,
    Channel,
    CustomerEndpoint,
    CustomerId,
    InitiationMethod,
    InstanceARN,
    LanguageCode: 'en-US',
    MediaStreams: { Customer: { Audio: null } },
    SegmentAttributes: { ...SegmentAttributes },
    Tags: { 'aws:connect:instanceId': instance.replace('instance/', '') },
  };
  return { Name: 'ContactFlowEvent', Details: { ContactData, Parameters: { ...parameters } } };
}
