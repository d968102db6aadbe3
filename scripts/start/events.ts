import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Contact, INSTANCE_ARN, sampleContacts } from '../../local/connect/index.ts';
import { contactFlowEvent } from '../../local/flow-runner/contact-flow-event.ts';
import { PROJECT } from '../project.ts';

/** The files of events/ and what each shows, in the order in which they explain the block best. */
export const EVENTS: Readonly<Record<string, string>> = {
  'entire-past-session.json': 'the new chat continues the whole past session, survey included',
  'last-agent.json': 'the last contact with an agent is found and continued',
  'find-first.json': 'a past chat is found, and continued by the next invocation',
  'from-segment.json': 'one past contact is continued, and what came before it',
  'source-in-attribute.json': 'a contact attribute names the past chat',
  'sms.json': 'an SMS chat is continued: the phone number is the same',
  'transferred-contact.json': 'the flow runs for a transferred contact',
  'new-customer.json': 'a first chat has no past one, and the block sends no request',
  'already-persistent.json': 'the chat continues a past one already',
  'another-customers-chat.json': "another customer's chat is refused",
  'just-ended.json': 'the past chat ended just now: the flow may try again later',
  'still-active.json': 'the named chat has not ended',
  'not-found.json': 'the named contact does not exist',
  'survey-in-disconnect-flow.json': "a survey continues nothing: its chat's flow has done so",
  'voice.json': 'a call continues nothing',
  'bad-rehydration-type.json': "a wrong value of a flow parameter is the flow author's to fix",
  'unknown-parameter.json': 'a misspelt flow parameter is not passed over',
};

/** Reads an event file. A relative path starts in the folder where the command was typed, or else in the project's. */
export function readEvent(path: string): unknown {
  const file = [process.env['INIT_CWD'] ?? '', PROJECT].map(folder => resolve(folder, path)).find(existsSync);
  if (file === undefined || statSync(file).isDirectory()) {
    const hint = file === undefined && basename(path) in EVENTS ? ` Did you mean events/${basename(path)}?` : '';
    throw new Error(`Cannot read the event file ${path}: ${file ? 'it is a folder' : 'there is no such file'}.${hint}`);
  }
  try {
    // Some editors start a file with a byte order mark, which is not JSON.
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    // The message quotes the file with its line breaks.
    throw new Error(`The event file ${path} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`);
  }
}

/** The event of the invocation that continues what was found. */
export function withoutMode(event: unknown): unknown {
  const { Details, ...others } = event as { Details: { Parameters: object } };
  return { ...others, Details: { ...Details, Parameters: { ...Details.Parameters, mode: undefined } } };
}

/** The event of a contact of the sample data, with these flow parameters. */
export function sampleEvent(contactId: string, parameters: Record<string, string> = {}): unknown {
  const contact = sampleContacts(new Date()).find(({ Id }) => Id === contactId) as Contact;
  return contactFlowEvent(contact, INSTANCE_ARN, parameters);
}
