import type { AbsoluteLocation, DeserializeHandlerOptions } from '@smithy/types';

/** A command of an SDK client, as far as this file needs one. */
interface Command {
  middlewareStack: {
    add(middleware: () => () => Promise<never>, options: DeserializeHandlerOptions & AbsoluteLocation): void;
  };
}

/**
 * Sends a command as the first call will, but for the network: serialised, its endpoint resolved, signed. So this work is
 * done while Lambda initialises, at the full speed of a processor, instead of in the first call, at the memory's share.
 */
export async function warmUp<C extends Command>(command: C, send: (command: C) => Promise<unknown>): Promise<void> {
  // The last step before the network: priority `low` comes after signing.
  const location = { step: 'deserialize', priority: 'low' } as const;
  command.middlewareStack.add(() => () => Promise.reject(new Error('Not sent.')), location);
  // What is missing here, credentials say, is the first call's to report: a flow that has nothing to ask needs none.
  await send(command).catch(() => undefined);
}
