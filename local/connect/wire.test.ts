import { Connect } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import * as sample from './index.ts';
import * as support from './test-support.ts';

const { C1, C2, C3, INSTANCE_ID: InstanceId, NEW_CHAT, PAST_SMS } = sample;
const { ALL_FROM_C1, ask, associate, describeContact, INVALID_PARAMETER, refused, SEGMENT_C2, start } = support;
const { NOT_FOUND, UUID_V4 } = support;

describe('The protocol', () => {
  test('refuses a request without an Authorization header, and a path or method that is no operation', async () => {
    const connect = await start();
    const unsigned = await ask(connect, 'GET', `/contacts/${InstanceId}/${C1}`, undefined, {});
    expect(unsigned).toEqual(refused(403, 'MissingAuthenticationTokenException'));
    for (const path of ['/contacts', support.pathOf(NEW_CHAT), `/contacts/${InstanceId}/${C1}/`]) {
      expect(await ask(connect, 'GET', path)).toEqual(refused(404, 'UnknownOperationException'));
    }
  });

  test('decodes the path, takes an id that cannot be decoded as it stands, and knows the limits of ids', async () => {
    const connect = await start({ contacts: support.changed(NEW_CHAT, { Id: 'ä/b c' }) });
    expect(await associate(connect, 'ä/b c', ALL_FROM_C1)).toEqual(support.continuedFrom(C3));
    expect(await describeContact(connect, '%E4')).toEqual(NOT_FOUND);
    expect(await describeContact(connect, 'x'.repeat(257))).toEqual(INVALID_PARAMETER);
    expect(await ask(connect, 'GET', `/contacts/${'x'.repeat(101)}/${C1}`)).toEqual(INVALID_PARAMETER);
  });
});

describe("The AWS SDK's own client", () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = ({ url: endpoint }: sample.LocalConnect) =>
    new Connect({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

  test('associates a chat, and sees real dates, the association and customer endpoints', async () => {
    const now = new Date();
    const connect = client(await start({ contacts: sample.sampleContacts(now) }));
    const association = { InstanceId, InitialContactId: NEW_CHAT, ...SEGMENT_C2 };
    expect(await connect.createPersistentContactAssociation(association)).toMatchObject({
      ContinuedFromContactId: C2,
      $metadata: { requestId: expect.stringMatching(UUID_V4) },
    });
    const { Contact } = await connect.describeContact({ InstanceId, ContactId: NEW_CHAT });
    expect(Contact).toMatchObject({ RelatedContactId: C2, InitiationTimestamp: now });
    expect((await connect.describeContact({ InstanceId, ContactId: PAST_SMS })).Contact).toMatchObject({
      DisconnectTimestamp: new Date(now.getTime() - 86_400_000),
      CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: sample.CUSTOMER_PHONE_NUMBER },
    });
  });

  test('finds its own instance and "any", and no other, with every operation', async () => {
    const server = await start();
    const connect = client(server);
    const ContactId = C1;
    const chat = { ContactFlowId: 'any', ParticipantDetails: { DisplayName: 'Jane' } };
    const operations: Record<string, (InstanceId: string) => Promise<unknown>> = {
      describe: id => connect.describeContact({ InstanceId: id, ContactId }),
      attributes: id => connect.getContactAttributes({ InstanceId: id, InitialContactId: C1 }),
      list: id => connect.listAssociatedContacts({ InstanceId: id, ContactId }),
      modules: id => connect.listContactFlowModules({ InstanceId: id }),
      associate: id =>
        connect.createPersistentContactAssociation({ InstanceId: id, InitialContactId: NEW_CHAT, ...SEGMENT_C2 }),
      start: id => connect.startChatContact({ InstanceId: id, ...chat }),
      stop: id => connect.stopContact({ InstanceId: id, ContactId: sample.ACTIVE_CHAT }),
      create: id => connect.createContactFlow({ InstanceId: id, Name: 'x', Type: 'CONTACT_FLOW', Content: '{}' }),
      delete: id => connect.deleteContactFlow({ InstanceId: id, ContactFlowId: 'any' }),
      erase: id => connect.deleteContactData({ InstanceId: id, ContactId, ContactFields: ['CUSTOMER_ENDPOINT'] }),
    };
    const before = structuredClone(server.contacts);
    const notFound = { name: 'ResourceNotFoundException', message: 'The instance "another" does not exist.' };
    for (const operation of Object.values(operations))
      await expect(operation('another')).rejects.toMatchObject(notFound);
    expect(server.contacts).toEqual(before);
    for (const id of [InstanceId, 'any']) await expect(operations['describe']?.(id)).resolves.toBeDefined();
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
