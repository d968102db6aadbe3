import { describe, expect, test } from '@jest/globals';
import { C3, FIRST_TIME_CHAT, INSTANCE_ID, NEW_CHAT, sampleContacts } from '../../local/connect/index.ts';
import { ALL_FROM_C1, associate, describeContact, NOT_FOUND, start } from './support.ts';

describe('DescribeContact', () => {
  test('answers the contact with timestamps in seconds, without members that have no value', async () => {
    const now = new Date('2026-01-02T03:04:05.678Z');
    const connect = await start({ contacts: sampleContacts(now) });
    expect(await describeContact(connect, FIRST_TIME_CHAT)).toEqual({
      status: 200,
      errorType: null,
      body: {
        Contact: {
          Arn: `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}/contact/${FIRST_TIME_CHAT}`,
          Id: FIRST_TIME_CHAT,
          Channel: 'CHAT',
          InitiationMethod: 'API',
          InitiationTimestamp: 1767323045.678,
          CustomerId: expect.stringMatching(/^customer-/),
          Attributes: { customerId: expect.stringMatching(/^customer-/) },
          SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
        },
      },
    });
  });

  test('never shows what is not a member of the service model', async () => {
    const connect = await start();
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    const { body } = await describeContact(connect, NEW_CHAT);
    expect(body).toEqual({ Contact: expect.objectContaining({ RelatedContactId: C3 }) });
    expect(body).toEqual({ Contact: expect.not.objectContaining({ persistent: true }) });
  });

  test('answers 404 for a contact that does not exist', async () => {
    expect(await describeContact(await start(), 'no-such-contact')).toEqual(NOT_FOUND);
  });
});
