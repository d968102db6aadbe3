import { FAULT_NAMES, OPERATIONS } from '../../local/connect/index.ts';
import { REHYDRATION_TYPES } from '../../src/outcome.ts';
import { CUSTOMER_IDENTITIES, type EnvironmentVariable, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { DEFAULT_EVENT, EVENTS } from './events.ts';

/** What the shell may set, with the valid values. */
const VALUES = {
  SOURCE_CONTACT_CHECK: SOURCE_CONTACT_CHECKS.join(', '),
  CUSTOMER_IDENTITY: CUSTOMER_IDENTITIES.join(', '),
  CUSTOMER_ID_ATTRIBUTE: 'the name of a contact attribute',
  SOURCE_CONTACT_ID_ATTRIBUTE: 'the name of a contact attribute',
  DEFAULT_REHYDRATION_TYPE: REHYDRATION_TYPES.join(', '),
} as const satisfies Partial<Record<EnvironmentVariable, string>>;

/** The settings of the function that the shell may set. */
export const SETTINGS = Object.keys(VALUES);

const settings = Object.entries(VALUES).map(([name, values]) => `  ${name.padEnd(29)} ${values}`);
const events = Object.entries(EVENTS).map(([file, { shows }]) => `  events/${file.padEnd(31)} ${shows}`);

/** What `npm start -- --help` prints. */
export const USAGE = `Usage: npm start -- [EVENT.json] [options]
  Runs the block for one contact-flow event, against a local Amazon Connect: on standard error what happened, on standard
  output the flow attributes as JSON. Exit code 0: flow attributes; 1: the command was wrong; 2: the flow would take its
  Error branch.

  --all                         every event of events/, as a table
  --store                       two chats of one customer with the session store: the second continues the first, no id named
  --transcript-delay SECONDS    refuse sessions that ended less than this ago (default 0; just-ended.json: ${EVENTS['just-ended.json']?.transcriptDelaySeconds})
  --fault FAULT                 a fault to inject, several allowed: [OPERATION:]NAME[=NUMBER][*TIMES]
                                names: ${FAULT_NAMES.slice(0, 8).join(', ')},
                                  ${FAULT_NAMES.slice(8).join(', ')}
                                operations: ${OPERATIONS.slice(0, 3).join(', ')}
  --endpoint URL                use the local Amazon Connect that runs there (npm run connect)
  --verbose                     the function's log and metric lines as well, on standard error
  --help                        this text

Settings come from the shell:
${settings.join('\n')}

Events (default: events/${DEFAULT_EVENT}):
${events.join('\n')}

for example: npm start -- events/from-segment.json --fault 'DescribeContact:throttle*3'
             SOURCE_CONTACT_CHECK=OWNER_REQUIRED npm start -- --all`;
