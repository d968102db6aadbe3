import { type LocalConnect, NEW_CHAT, startLocalConnect, workedExample } from '../local-connect/index.ts';
import { chatId } from './chat-id.ts';

/** A local Amazon Connect with a customer who always comes back. */
export interface EndlessChats extends LocalConnect {
  /** How many new chats were associated so far; the next has this number (chat-id.ts). */
  associated(): number;
}

/**
 * Starts a local Amazon Connect in which the next new chat begins when the one before was associated. So each invocation
 * makes a real association of a chat of its own, and the server, which keeps only one of them at a time, answers
 * the last as fast as the first.
 */
export async function startEndlessChats(): Promise<EndlessChats> {
  const newChat = workedExample(new Date()).find(({ Id }) => Id === NEW_CHAT);
  if (!newChat) throw new Error('The worked example has no new chat.');
  let associated = 0;
  const connect = await startLocalConnect({
    onRequest({ operation, contactId, outcome }) {
      connect.calls.length = 0;
      if (operation !== 'CreatePersistentContactAssociation' || outcome !== 200) return;
      connect.contacts.delete(contactId);
      associated += 1;
      beginChat();
    },
  });
  const beginChat = () => {
    const Id = chatId(associated);
    connect.contacts.set(Id, { ...newChat, Id });
  };
  beginChat();
  return { ...connect, associated: () => associated };
}
