import {
  ConnectClient,
  CreatePersistentContactAssociationCommand,
  type RehydrationType,
} from '@aws-sdk/client-connect';
import type { FlowEvent } from '../returning-chat.ts';

const client = new ConnectClient({});

/** The baseline, as the AWS documentation would have one write it: a stock client, no settings, one call. */
export async function handler({ Details }: FlowEvent): Promise<Record<string, string | undefined>> {
  const { ContactData, Parameters } = Details;
  const { ContinuedFromContactId } = await client.send(
    new CreatePersistentContactAssociationCommand({
      InstanceId: ContactData.InstanceARN.split('/').at(-1),
      InitialContactId: ContactData.ContactId,
      SourceContactId: Parameters.sourceContactId,
      RehydrationType: Parameters.rehydrationType as RehydrationType,
    }),
  );
  return { continuedFromContactId: ContinuedFromContactId };
}
