import { type ConnectClient, CreatePersistentContactAssociationCommand } from '@aws-sdk/client-connect';

/**
 * Prepares a request as the first call will: serialised, its endpoint resolved, signed, but not sent. So this work is
 * done while Lambda initialises, at the full speed of a processor, instead of in the first call, at the memory's share.
 */
export async function warmUp(client: ConnectClient): Promise<void> {
  const command = new CreatePersistentContactAssociationCommand({
    InstanceId: 'warm-up',
    InitialContactId: 'warm-up',
    SourceContactId: 'warm-up',
    RehydrationType: 'FROM_SEGMENT',
  });
  // The last step before the network: priority `low` comes after signing.
  command.middlewareStack.add(() => async () => ({ response: undefined, output: { $metadata: {} } }), {
    step: 'deserialize',
    priority: 'low',
  });
  // What is missing here, credentials say, is the first call's to report: a flow that has nothing to ask needs none.
  await client.send(command).catch(() => undefined);
}
