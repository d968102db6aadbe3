import type { Contact as SdkContact } from '@aws-sdk/client-connect';
import { sessionId } from '../../local/connect/contact.ts';
import type { Contact } from '../../local/connect/index.ts';
import * as sampleData from '../../local/connect/sample-data.ts';
import type { ContactFlowEvent } from '../../src/contact-flow-event.ts';
import { currentCustomer, ownerOf } from '../../src/customer.ts';
import { readSettings, type Settings } from '../../src/settings.ts';

/**
 * How the account speaks of contacts.
 *
 * @module
 */

const { AGENT_A1, AGENT_A2 } = sampleData;
const AGENTS = new Map([
  [AGENT_A1.Id, 'a1'],
  [AGENT_A2.Id, 'a2'],
]);

const SAMPLE_IDS = new Set(sampleData.sampleContacts(new Date()).map(({ Id }) => Id));
const NAMES = new Map(
  Object.entries(sampleData).flatMap(([name, id]) =>
    typeof id === 'string' && SAMPLE_IDS.has(id) ? [[id, name]] : [],
  ),
);

/**
 * A contact's name in the sample data, or else its id.
 *
 * @example nameOf('d1e48153-953b-419e-b5f8-f4a1dd92d268') // 'C2'
 */
export function nameOf(id: string): string {
  return NAMES.get(id) ?? (/^[\w-]{1,256}$/.test(id) ? id : JSON.stringify(id.slice(0, 256)));
}

/** Names as a sentence has them: `C3, C2 and C1`. */
export function listNames(contacts: readonly Contact[]): string {
  return new Intl.ListFormat('en-GB').format(contacts.map(({ Id }) => nameOf(Id)));
}

/** What kind of contact it is: `chat`, `SMS chat`, `call`, `survey`. */
export function kindOf({ Channel, InitiationMethod, SegmentAttributes }: Contact): string {
  if (Channel === 'VOICE') return 'call';
  if (Channel !== 'CHAT') return Channel.toLowerCase();
  if (InitiationMethod === 'DISCONNECT') return 'survey';
  return SegmentAttributes?.['connect:Subtype']?.ValueString === 'connect:SMS' ? 'SMS chat' : 'chat';
}

/** What a contact was in its session: `chat with agent a1`, `transferred to agent a2`, `survey`. */
export function roleOf(contact: Contact): string {
  const id = contact.AgentInfo?.Id;
  const agent = id && `agent ${AGENTS.get(id) ?? id}`;
  if (contact.InitiationMethod === 'TRANSFER') return agent ? `transferred to ${agent}` : 'transferred chat';
  return agent ? `${kindOf(contact)} with ${agent}` : kindOf(contact);
}

/**
 * Who owns a contact, seen from the event's customer and by the shell's settings, as the function judges it: `this
 * customer`, `another customer`, `an unknown customer`.
 */
export function ownerNameOf(contact: Contact, flow: ContactFlowEvent | undefined): string {
  const settings = shellSettings();
  const customer = flow && currentCustomer(flow, settings);
  const owner = customer && ownerOf(contact as SdkContact, customer, settings);
  if (customer === undefined || owner === undefined) return 'an unknown customer';
  return owner === customer.id ? 'this customer' : 'another customer';
}

/** What is wrong with a setting, the function itself says. */
function shellSettings(): Settings {
  try {
    return readSettings(process.env);
  } catch {
    return readSettings({});
  }
}

/** The contacts of a contact's session, first to last. */
export function sessionOf(contact: Contact, contacts: ReadonlyMap<string, Contact>): Contact[] {
  return [...contacts.values()]
    .filter(member => sessionId(member) === sessionId(contact))
    .sort((a, b) => a.InitiationTimestamp.getTime() - b.InitiationTimestamp.getTime());
}

/** When a session ended: `ended 1 day ago`, or `has not ended`. */
export function endOf(session: readonly Contact[]): string {
  const ends = session.map(({ DisconnectTimestamp }) => DisconnectTimestamp?.getTime() ?? Number.POSITIVE_INFINITY);
  const minutes = Math.floor((Date.now() - Math.max(...ends)) / 60_000);
  if (minutes === Number.NEGATIVE_INFINITY) return 'has not ended';
  if (minutes < 1) return 'ended just now';
  const ago = new Intl.RelativeTimeFormat('en');
  if (minutes < 60) return `ended ${ago.format(-minutes, 'minute')}`;
  if (minutes < 24 * 60) return `ended ${ago.format(-Math.floor(minutes / 60), 'hour')}`;
  return `ended ${ago.format(-Math.floor(minutes / 60 / 24), 'day')}`;
}
