import { ConnectClient, DescribeContactCommand } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { warmUp } from '../../../src/aws/client.ts';

test('a warm-up signs its command and sends nothing', async () => {
  const did: string[] = [];
  const client = new ConnectClient({
    region: 'us-east-1',
    credentials: async () => ({ accessKeyId: `${did.push('signed')}`, secretAccessKey: 'test' }),
    requestHandler: {
      handle: async (_: unknown, options?: { abortSignal?: AbortSignal }) => {
        throw new Error(`${did.push(options?.abortSignal?.aborted ? 'aborted' : 'sent')}`);
      },
    },
    maxAttempts: 1,
  });
  const command = new DescribeContactCommand({ InstanceId: '-', ContactId: '-' });
  await warmUp(command, (...given) => client.send(...given));
  expect(did).toEqual(['signed', 'aborted']);
});
