import { describe, expect, test } from '@jest/globals';
import { C3, NEW_CHAT, sampleContacts } from '../../local/connect/index.ts';
import { ALL_FROM_C1, associate, continuedFrom, start, UUID_V4 } from './support.ts';

describe('The sample data', () => {
  const contacts = sampleContacts(new Date());

  test('has ids that are distinct UUIDs, and names no contact that is not there', () => {
    const ids = new Set(contacts.map(contact => contact.Id));
    expect(ids.size).toBe(contacts.length);
    for (const { Id, InitialContactId = Id, PreviousContactId = Id, RelatedContactId = Id } of contacts) {
      expect(Id).toMatch(UUID_V4);
      expect([...ids]).toEqual(expect.arrayContaining([InitialContactId, PreviousContactId, RelatedContactId]));
    }
  });

  test('gives fresh contacts each time, and a server keeps copies of its own', async () => {
    const mine = sampleContacts(new Date());
    const connect = await start({ contacts: mine });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    expect(mine.find(contact => contact.Id === NEW_CHAT)?.RelatedContactId).toBeUndefined();
    expect(await associate(await start(), NEW_CHAT, ALL_FROM_C1)).toEqual(continuedFrom(C3));
  });
});
