import { describe, expect, test } from '@jest/globals';
import { ACTIVE_CHAT, C1, INSTANCE_ID, NEW_CHAT } from '../../local/connect/index.ts';
import {
  associate,
  continuedFrom,
  INVALID_PARAMETER,
  INVALID_REQUEST,
  outcome,
  refused,
  request,
  start,
  stopContact,
  succeeded,
} from './support.ts';

describe('StopContact', () => {
  test('ends an active contact, so that its session can be continued', async () => {
    const connect = await start();
    const fromActive = { RehydrationType: 'FROM_SEGMENT', SourceContactId: ACTIVE_CHAT };
    expect(await associate(connect, NEW_CHAT, fromActive)).toEqual(INVALID_REQUEST);
    expect(await stopContact(connect, ACTIVE_CHAT)).toEqual(succeeded({}));
    expect(await associate(connect, NEW_CHAT, fromActive)).toEqual(continuedFrom(ACTIVE_CHAT));
  });

  test('answers 410 for a contact that has ended, and leaves its end', async () => {
    const connect = await start();
    const end = connect.contacts.get(C1)?.DisconnectTimestamp;
    expect(await stopContact(connect, C1)).toEqual(refused(410, 'ContactNotFoundException', /has ended/));
    expect(connect.contacts.get(C1)?.DisconnectTimestamp).toEqual(end);
  });

  test('answers 410 for a contact that does not exist', async () => {
    const unknown = refused(410, 'ContactNotFoundException', /does not exist/);
    expect(await stopContact(await start(), 'no-such-contact')).toEqual(unknown);
  });

  test.each([
    ['no body', undefined, INVALID_REQUEST],
    ['no InstanceId', { ContactId: ACTIVE_CHAT }, INVALID_PARAMETER],
    ['no ContactId', { InstanceId: INSTANCE_ID }, INVALID_PARAMETER],
    ['a ContactId that is a number', { InstanceId: INSTANCE_ID, ContactId: 1 }, INVALID_PARAMETER],
  ])('refuses %s', async (_, body, refusal) => {
    expect(await outcome(request(await start(), 'POST', '/contact/stop', body))).toEqual(refusal);
  });
});
