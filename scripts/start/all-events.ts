import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { result } from './account.ts';
import { EVENTS } from './events.ts';
import { PROJECT } from './project.ts';
import { type EventFile, readEvent } from './read-event.ts';
import { type Connect, runEvent } from './run.ts';

/**
 * Runs every event of events/, and says a row of a table for each as soon as it ended.
 *
 * @param connectFor what a file of events/ runs against
 * @param say called with the table's lines
 * @returns what the function says of settings with which no event would run
 */
export async function runAll(
  connectFor: (file: EventFile) => Connect,
  say: (line: string, output: string) => void,
): Promise<string | undefined> {
  const found = (await readdir(join(PROJECT, 'events'))).filter(file => file.endsWith('.json'));
  const files = [...new Set([...Object.keys(EVENTS).filter(file => found.includes(file)), ...found])];
  const shows = (file: string) => EVENTS[file]?.shows ?? '';
  const width = (texts: string[]) => Math.max(...texts.map(text => text.length)) + 2;
  const [fileWidth, showsWidth] = [width(files), width(files.map(shows))];
  const row = (file: string, what: string, came: string) => file.padEnd(fileWidth) + what.padEnd(showsWidth) + came;

  for (const file of files) {
    const eventFile = await readEvent(join(PROJECT, 'events', file));
    const run = await runEvent(eventFile.event, connectFor(eventFile));
    const { invocation } = run;
    if ('error' in invocation && invocation.error.name === 'InvalidEnvironmentError') return invocation.error.message;
    if (file === files[0]) say(row('Event', 'What it shows', 'What came of it'), '');
    say(row(file, shows(file), result(run)), invocation.output);
  }
  return undefined;
}
