import { ConnectClient, DescribeContactCommand } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { warmUp } from '../../../src/aws/client.ts';

test('a warm-up signs its command and sends nothing', async () => {
  const did: string[] = [];
  const client = new ConnectClient({
    region: 'us-east-1',
    credentials: async () => ({ accessKeyId: `${did.push('signed')}`, secretAccessKey: 'test' }),
    requestHandler: { handle: () => Promise.reject(new Error(`${did.push('sent')}`)) },
    maxAttempts: 1,
  });
  await warmUp(new DescribeContactCommand({ InstanceId: '-', ContactId: '-' }), command => client.send(command));
  expect(did).toEqual(['signed']);
});
