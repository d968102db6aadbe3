import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EVENTS, type EventNote } from './events.ts';
import { PROJECT } from './project.ts';

/** An event and where it was read. */
export interface EventFile {
  /** The absolute path. */
  file: string;
  event: unknown;
}

/** What there is to say of a file of events/; nothing of any other. */
export function noteOf({ file }: EventFile): EventNote | undefined {
  return dirname(file) === join(PROJECT, 'events') ? EVENTS[basename(file)] : undefined;
}

/**
 * Reads an event file; a relative path is one of the folder that the command was typed in, or else of the project's.
 *
 * @throws Error with one sentence
 */
export async function readEvent(path: string): Promise<EventFile> {
  const { file, text } = await readFirst([resolve(callersFolder(), path), resolve(PROJECT, path)]).catch(
    (error: NodeJS.ErrnoException) => {
      const known: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' };
      const name = basename(path);
      const hint = error.code === 'ENOENT' && Object.hasOwn(EVENTS, name) ? ` Did you mean events/${name}?` : '';
      throw new Error(`Cannot read the event file ${path}: ${known[error.code ?? ''] ?? error.message}.${hint}`);
    },
  );
  try {
    // Some editors begin a file with a byte order mark, which is not JSON.
    return { file, event: JSON.parse(text.replace(/^\ufeff/, '')) };
  } catch (error) {
    // The message quotes the file, line breaks and all.
    throw new Error(`The event file ${path} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`);
  }
}

/** npm runs a script in the project's folder, wherever the command was typed. */
function callersFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

async function readFirst([file = '', ...others]: string[]): Promise<{ file: string; text: string }> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || others.length === 0) throw error;
    return readFirst(others);
  }
}
