import { text } from 'node:stream/consumers';
import { endpointId, type IdentityKind, identityScope } from '../src/customer.ts';
import { knownSubtype } from '../src/event.ts';
import { readIdentity } from '../src/identity.ts';
import { customerKey } from '../src/session-store/table.ts';
import { oneOf, readOptions } from './options.ts';

const KINDS: readonly IdentityKind[] = ['CUSTOMER_ID', 'ENDPOINT', 'ATTRIBUTE', 'AUTHENTICATED'];

/** The form that Amazon Connect uses: capital letters would give another key. */
const INSTANCE = /^(?:arn:.*:instance\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const OPTIONS_OF = { ENDPOINT: ['subtype', 'endpoint-type', 'system-endpoint'], ATTRIBUTE: ['attribute'] } as const;

const SUBTYPES = ['connect:SMS', 'connect:WhatsApp'];

// Arguments would appear in the shell's history and in the process list.
const USAGE = `Usage: npm run --silent store:key -- --instance ID [options]
Reads two lines from standard input: the customer, then the value of SESSION_STORE_KEY.
  --instance ID          the id or the ARN of the Amazon Connect instance
  --kind KIND            ${KINDS.join(', ')} (default CUSTOMER_ID)
  --subtype SUBTYPE      for ENDPOINT: the segment attribute connect:Subtype (default connect:SMS)
  --endpoint-type TYPE   for ENDPOINT: the type of both endpoints (default TELEPHONE_NUMBER)
  --system-endpoint TO   for ENDPOINT: the business number that the customer wrote to; each has a key of its own
  --attribute NAME       for ATTRIBUTE: the contact attribute (default customerId)
  --help                 this text`;

const { instance, kind, type, scope } = readOptions(
  USAGE,
  {
    instance: { type: 'string' },
    kind: { type: 'string', default: 'CUSTOMER_ID' },
    subtype: { type: 'string' },
    'endpoint-type': { type: 'string' },
    'system-endpoint': { type: 'string' },
    attribute: { type: 'string' },
  },
  values => {
    const kind = oneOf('--kind', values.kind, KINDS);
    if (!values.instance) throw new Error('--instance is missing.');
    for (const [other, options] of Object.entries(OPTIONS_OF)) {
      const useless = kind === other ? undefined : options.find(option => values[option] !== undefined);
      if (useless) throw new Error(`--${useless} has no effect with --kind ${kind}.`);
    }
    const { 'endpoint-type': type = 'TELEPHONE_NUMBER', attribute = 'customerId' } = values;
    const subtype = knownSubtype(values.subtype ?? 'connect:SMS');
    const address = plainNumber(values['system-endpoint'], type);
    if (address === '' || attribute === '') throw new Error('--system-endpoint and --attribute are not empty.');
    const instance = INSTANCE.exec(values.instance)?.[1];
    if (!instance) {
      const form = 'the id of the instance (lower-case letters, digits, -) or its ARN';
      throw new Error(`--instance is ${form}, not "${values.instance}".`);
    }
    if (kind === 'ENDPOINT' && !SUBTYPES.includes(subtype))
      console.error(`Note: the subtype is "${subtype}"; known ones with an endpoint are ${SUBTYPES.join(' and ')}.`);
    if (kind === 'ENDPOINT' && address === undefined)
      console.error('Note: without --system-endpoint, this is the key of contacts that have no system endpoint.');
    const systemEndpoint = endpointId({ Type: type, Address: address });
    return { instance, kind, type, scope: identityScope(kind, { subtype, systemEndpoint, attribute }) };
  },
);

if (process.stdin.isTTY) console.error('The customer, Enter; the value of SESSION_STORE_KEY, Enter; then Ctrl+D:');
const [customer = '', secret = ''] = (await text(process.stdin)).split(/\r?\n/).map(line => line.trim());
const named = readIdentity(customer);
const ofName = typeof named === 'object' ? named.id : undefined;
const id = kind === 'ENDPOINT' ? endpointId({ Type: type, Address: plainNumber(customer, type) }) : ofName;
if (id === undefined || secret.length < 32) {
  const wrong = id ? 'The second line has fewer than 32 characters.' : 'The first line does not identify a customer.';
  console.error(`${wrong} Two lines are read from standard input: the customer, then SESSION_STORE_KEY.`);
  process.exitCode = 1;
} else {
  console.log(customerKey(secret, instance, { scope, id }));
}

/** A phone number as Amazon Connect writes it, whichever way people do; any other address as it is. */
function plainNumber(address: string | undefined, type: string): string | undefined {
  const plain = address?.replaceAll(/[\s()[\]\p{Dash}]/gu, '');
  if (type !== 'TELEPHONE_NUMBER' || plain === address?.trim() || !/^\+?\d+$/.test(plain ?? '')) return address;
  console.error(
    'Note: the phone number is taken without its spaces, dashes and brackets, as Amazon Connect writes it.',
  );
  return plain;
}
