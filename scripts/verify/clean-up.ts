import type { Chat, Instance } from './instance.ts';

const WHERE = 'look in the admin website, Routing, Flows, and delete it there';

/** Stops the open chats and deletes the flow, also after an abort. Returns a sentence for each that it could not remove. */
export async function cleanUp(instance: Instance): Promise<string[]> {
  instance.requests.cleanUp();
  // All at once, so that it takes only seconds even if nothing answers; still within the quotas.
  const chats = await Promise.all([...instance.open].map(chat => stopChat(instance, chat)));
  // A chat whose answer was lost is found by starting it again, for which its flow must be there.
  return [...chats, await deleteFlow(instance)].filter(sentence => sentence !== undefined);
}

async function stopChat(instance: Instance, chat: Chat): Promise<string | undefined> {
  try {
    if (!chat.id) await instance.startAgain(chat);
    await instance.stop(chat);
    return undefined;
  } catch (error) {
    const what = chat.id ? `Chat ${chat.name} (${chat.id}) could not be stopped` : `Chat ${chat.name} may have started`;
    return `${what}; it ends by itself within 15 minutes. ${(error as Error).message}`;
  }
}

async function deleteFlow(instance: Instance): Promise<string | undefined> {
  const { flow } = instance;
  if (!flow) return undefined;
  try {
    flow.id ||= (await instance.flowId(flow.name)) ?? '';
    if (flow.id) await instance.deleteFlow(flow.id);
    return undefined;
  } catch (error) {
    const what = flow.id ? `${flow.name} (${flow.id}) could not be deleted` : `${flow.name} may exist`;
    return `The flow ${what}: ${WHERE}. ${(error as Error).message}`;
  }
}
