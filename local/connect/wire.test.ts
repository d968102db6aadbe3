import { Connect } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import * as sample from './index.ts';
import * as support from './test-support.ts';

const { C1, C3, INSTANCE_ID: InstanceId, NEW_CHAT } = sample;
const { start } = support;

test('The path of a request is decoded', async () => {
  const connect = await start({ contacts: support.changed(NEW_CHAT, { Id: 'ä/b c' }) });
  expect(await support.associate(connect, 'ä/b c', support.ALL_FROM_C1)).toEqual(support.continuedFrom(C3));
});

describe("The AWS SDK's own client", () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = ({ url: endpoint }: sample.LocalConnect) =>
    new Connect({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

  test('sees real dates, a customer endpoint and the id of its request', async () => {
    const now = new Date();
    const connect = client(await start({ contacts: sample.sampleContacts(now) }));
    expect(await connect.describeContact({ InstanceId, ContactId: sample.PAST_SMS })).toMatchObject({
      Contact: {
        DisconnectTimestamp: new Date(now.getTime() - 86_400_000),
        CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: sample.CUSTOMER_PHONE_NUMBER },
      },
      $metadata: { requestId: expect.stringMatching(support.UUID_V4) },
    });
  });

  test('finds its own instance and "any", and no other, in a path or a body', async () => {
    const connect = client(await start());
    const attributes = (id: string) => connect.getContactAttributes({ InstanceId: id, InitialContactId: C1 });
    const stop = (id: string) => connect.stopContact({ InstanceId: id, ContactId: sample.ACTIVE_CHAT });
    const notFound = { name: 'ResourceNotFoundException', message: 'The instance "another" does not exist.' };
    for (const operation of [attributes, stop]) await expect(operation('another')).rejects.toMatchObject(notFound);
    expect((await attributes(InstanceId)).Attributes).toMatchObject({ topic: 'late delivery' });
    await stop('any');
  });

  test('sends an id of ".." as it is, which is no contact, and gets the modelled exceptions', async () => {
    const server = await start({ faults: ['error=500*1', 'throttle*1'] });
    const connect = client(server);
    const describeIt = () => connect.describeContact({ InstanceId, ContactId: '..' });
    await expect(describeIt()).rejects.toMatchObject({ name: 'InternalServiceException' });
    await expect(describeIt()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    const notFound = { name: 'ResourceNotFoundException', message: expect.stringMatching('does not exist') };
    await expect(describeIt()).rejects.toMatchObject(notFound);
    const ended = connect.stopContact({ InstanceId, ContactId: C1 });
    await expect(ended).rejects.toMatchObject({ name: 'ContactNotFoundException' });
    expect(server.calls.map(call => call.contactId)).toEqual(['..', '..', '..', C1]);
  });
});
