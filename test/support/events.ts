import { readFileSync } from 'node:fs';
import { INSTANCE_ARN, NEW_CHAT } from '../../local/connect/index.ts';

/** One of the files in events/. */
export function eventFile(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8'));
}

/**
 * The event of a flow that runs for the sample data's new chat ({@link NEW_CHAT}), without an identity of the customer.
 *
 * @param parameters the block's function input parameters
 * @param contactData fields to replace
 */
export function chatEvent(
  parameters: Record<string, unknown> | null | undefined,
  contactData: Record<string, unknown> = {},
): { Name: string; Details: { ContactData: Record<string, unknown>; Parameters: unknown } } {
  return {
    Name: 'ContactFlowEvent',
    Details: {
      ContactData: {
        Attributes: {},
        Channel: 'CHAT',
        ContactId: NEW_CHAT,
        InitialContactId: NEW_CHAT,
        PreviousContactId: NEW_CHAT,
        RelatedContactId: null,
        InitiationMethod: 'API',
        InstanceARN: INSTANCE_ARN,
        CustomerEndpoint: null,
        CustomerId: null,
        Queue: null,
        SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
        ...contactData,
      },
      Parameters: parameters,
    },
  };
}
