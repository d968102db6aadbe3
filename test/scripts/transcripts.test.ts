import { describe, expect, test } from '@jest/globals';
import { C1, C2, C3, PERSISTENT_CHAT, sampleContacts } from '../../local/connect/index.ts';
import { transcriptsFrom } from '../../scripts/start/transcripts.ts';

const contacts = new Map(sampleContacts(new Date()).map(contact => [contact.Id, contact]));

/** What a chat shows that continues a contact, as ids. */
function transcripts(id: string) {
  const { seen, notSeen } = transcriptsFrom(id, contacts);
  return { seen: seen.map(({ Id }) => Id), notSeen: notSeen.map(({ Id }) => Id) };
}

describe('the transcripts that a continued chat shows', () => {
  test('are those of the contact and of what came before it in its session', () => {
    expect(transcripts(C3)).toEqual({ seen: [C3, C2, C1], notSeen: [] });
    expect(transcripts(C2)).toEqual({ seen: [C2, C1], notSeen: [C3] });
  });

  test('are also those that its session continued itself', () => {
    expect(transcripts(PERSISTENT_CHAT)).toEqual({ seen: [PERSISTENT_CHAT, C3, C2, C1], notSeen: [] });
  });

  test('are none that is known for an unknown contact', () => {
    expect(transcripts('unknown')).toEqual({ seen: [], notSeen: [] });
  });
});
