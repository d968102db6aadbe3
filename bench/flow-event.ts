import { INSTANCE_ARN } from '../local-connect/worked-example.ts';

/** The event of a flow that runs for a returning customer's new chat. */
export type FlowEvent = ReturnType<typeof flowEvent>;

/** A chat to continue. */
export interface Returning {
  customerId: string;
  newChatId: string;
  /** The past session, by its initial contact. */
  pastChatId: string;
}

/** What Amazon Connect sends for a web chat that a server started for a known customer. */
export function flowEvent({ customerId, newChatId, pastChatId }: Returning) {
  return {
    Name: 'ContactFlowEvent',
    Details: {
      ContactData: {
        Attributes: { customerId },
        Channel: 'CHAT',
        ContactId: newChatId,
        InitialContactId: newChatId,
        PreviousContactId: newChatId,
        RelatedContactId: null,
        InitiationMethod: 'API',
        InstanceARN: INSTANCE_ARN,
        CustomerEndpoint: null,
        CustomerId: customerId,
        Queue: null,
        SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
      },
      Parameters: { sourceContactId: pastChatId, rehydrationType: 'ENTIRE_PAST_SESSION', timeLimitSeconds: '8' },
    },
  };
}
