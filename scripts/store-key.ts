/**
 * `npm run --silent store:key -- --instance ID [options]`: prints the key of one customer's item in the session store, to
 * delete it (docs/customer-identity.md). The customer and the secret are read from standard input, a line each: arguments
 * would stand in the shell's history and the process list.
 *
 * @module
 */
import { text } from 'node:stream/consumers';
import { endpoint, type IdentityKind, identity, identityScope } from '../src/customer.ts';
import { customerKey } from '../src/session-store/table.ts';
import { readOptions } from './options.ts';

const KINDS: readonly IdentityKind[] = ['CUSTOMER_ID', 'ENDPOINT', 'ATTRIBUTE'];

const SUBTYPES = ['connect:SMS', 'connect:WhatsApp'];

const USAGE = `Usage: npm run --silent store:key -- --instance ID [options]
Reads two lines from standard input: the customer, then the value of SESSION_STORE_KEY.
  --instance ID          the id or the ARN of the Amazon Connect instance
  --kind KIND            ${KINDS.join(', ')} (default CUSTOMER_ID)
  --subtype SUBTYPE      for ENDPOINT: the segment attribute connect:Subtype (default connect:SMS)
  --endpoint-type TYPE   for ENDPOINT: the type of the customer's endpoint (default TELEPHONE_NUMBER)
  --attribute NAME       for ATTRIBUTE: the contact attribute (default customerId)
  --help                 this text`;

const options = readOptions(
  USAGE,
  {
    options: {
      instance: { type: 'string' },
      kind: { type: 'string', default: 'CUSTOMER_ID' },
      subtype: { type: 'string', default: 'connect:SMS' },
      'endpoint-type': { type: 'string', default: 'TELEPHONE_NUMBER' },
      attribute: { type: 'string', default: 'customerId' },
    },
  },
  ({ values: { instance, kind, subtype, 'endpoint-type': type, attribute } }) => {
    const place = KINDS.find(each => each === kind);
    if (!place) throw new Error(`--kind is one of ${KINDS.join(', ')}, not "${kind}".`);
    if (!instance) throw new Error('--instance is missing.');
    const instanceId = /^(?:arn:.*:instance\/)?([\w-]+)$/.exec(instance)?.[1];
    if (!instanceId) throw new Error(`--instance is the id or the ARN of the instance, not "${instance}".`);
    if (place === 'ENDPOINT' && !SUBTYPES.includes(subtype)) {
      console.error(`Note: the subtype is "${subtype}"; known ones with an endpoint are ${SUBTYPES.join(' and ')}.`);
    }
    return { instance: instanceId, place, type, detail: place === 'ENDPOINT' ? subtype : attribute };
  },
);

if (process.stdin.isTTY) console.error('The customer, Enter; the value of SESSION_STORE_KEY, Enter; then Ctrl+D:');
const [customer = '', secret = ''] = (await text(process.stdin)).split(/\r?\n/).map(line => line.trim());
const { instance, place, type, detail } = options;
const id = place === 'ENDPOINT' ? endpoint({ type, address: customer }) : identity(customer);
if (id === undefined || secret.length < 32) {
  const wrong = id === undefined ? 'The first line is no customer.' : 'The second line has fewer than 32 characters.';
  console.error(`${wrong} Two lines are read from standard input: the customer, then SESSION_STORE_KEY.`);
  process.exitCode = 1;
} else {
  console.log(customerKey(secret, instance, { scope: identityScope(place, detail), id }));
}
