import type { Contact } from '../connect/index.ts';

/**
 * The event that the block "AWS Lambda function" sends for a contact, in the shape of the files in events/. A session's
 * first contact is its own initial and previous contact there, and what is not known is `null`.
 *
 * @param parameters the block's function input parameters
 */
export function contactFlowEvent(
  contact: Contact,
  instanceArn: string,
  parameters: Readonly<Record<string, string>>,
): object {
  const [, , , region, , instance = ''] = instanceArn.split(':');
  return {
    Name: 'ContactFlowEvent',
    Details: {
      ContactData: {
        Attributes: { ...contact.Attributes },
        AwsRegion: region,
        Channel: contact.Channel,
        ContactId: contact.Id,
        CustomerEndpoint: contact.CustomerEndpoint ?? null,
        CustomerId: contact.CustomerId ?? null,
        Description: null,
        InitialContactId: contact.InitialContactId ?? contact.Id,
        InitiationMethod: contact.InitiationMethod,
        InstanceARN: instanceArn,
        LanguageCode: 'en-US',
        MediaStreams: { Customer: { Audio: null } },
        Name: null,
        PreviousContactId: contact.PreviousContactId ?? contact.Id,
        Queue: null,
        References: {},
        RelatedContactId: contact.RelatedContactId ?? null,
        SegmentAttributes: { ...contact.SegmentAttributes },
        SystemEndpoint: null,
        Tags: { 'aws:connect:instanceId': instance.replace('instance/', '') },
      },
      Parameters: { ...parameters },
    },
  };
}
