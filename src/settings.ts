import { InvalidEnvironmentError, quoted } from './errors.ts';
import { REHYDRATION_TYPES, type RehydrationType } from './outcome.ts';

/** Each is stricter than the one before: docs/customer-identity.md. */
export const SOURCE_CONTACT_CHECKS = ['OFF', 'CONTACT', 'OWNER_IF_KNOWN', 'OWNER_REQUIRED'] as const;
export type SourceContactCheck = (typeof SOURCE_CONTACT_CHECKS)[number];

/** Whether the source contact check compares the two customers. */
export function comparesOwners({ sourceContactCheck: check }: Pick<Settings, 'sourceContactCheck'>): boolean {
  return check === 'OWNER_IF_KNOWN' || check === 'OWNER_REQUIRED';
}

export const CUSTOMER_IDENTITIES = ['AUTO', 'CUSTOMER_ID', 'ENDPOINT', 'ATTRIBUTE', 'AUTHENTICATED'] as const;
export type CustomerIdentity = (typeof CUSTOMER_IDENTITIES)[number];

/** Whether the past chat is continued or only found; a later invocation without `mode` continues it. */
export const MODES = ['CONTINUE', 'FIND'] as const;
export type Mode = (typeof MODES)[number];

/** How this deployment was set up, by its environment variables. */
export interface Settings {
  enabled: boolean;
  defaultRehydrationType: RehydrationType;
  /** The contact attribute that may hold the past contact's id. */
  sourceContactIdAttribute: string;
  sourceContactCheck: SourceContactCheck;
  customerIdentity: CustomerIdentity;
  /** The contact attribute that holds the customer's id, for `ATTRIBUTE`. */
  customerIdAttribute: string;
  sessionStore: SessionStoreSettings | undefined;
}

export interface SessionStoreSettings {
  table: string;
  /** The secret that keys the customers' hashes. Never logged. */
  key: string;
  /** For how long a session is remembered, 1 to 730. */
  days: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from the environment; empty counts as not set.
 *
 * @throws {InvalidEnvironmentError} so that a bad deployment fails when it starts, not in the middle of somebody's chat
 * @example readSettings({ DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' }).defaultRehydrationType // 'FROM_SEGMENT'
 */
export function readSettings(environment: Environment): Settings {
  // Powertools would ignore an unknown level, and the SDK would reject a bad URL only in the first chat.
  oneOf(environment, 'POWERTOOLS_LOG_LEVEL', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'], 'INFO');
  for (const name of Object.keys(environment)) if (name.startsWith('AWS_ENDPOINT_URL')) checkUrl(environment, name);

  const customerIdAttribute = trimmedOr(environment, 'CUSTOMER_ID_ATTRIBUTE', 'customerId');
  demand(
    !/^HostedWidget-/i.test(customerIdAttribute),
    `CUSTOMER_ID_ATTRIBUTE is ${quoted(customerIdAttribute)}: anybody can change attributes that begin with "HostedWidget-" in the browser. Name an attribute that a server sets.`,
  );
  const settings = {
    enabled: readEnabled(environment),
    defaultRehydrationType: oneOf(environment, 'DEFAULT_REHYDRATION_TYPE', REHYDRATION_TYPES, 'ENTIRE_PAST_SESSION'),
    sourceContactIdAttribute: trimmedOr(environment, 'SOURCE_CONTACT_ID_ATTRIBUTE', 'sourceContactId'),
    sourceContactCheck: oneOf(environment, 'SOURCE_CONTACT_CHECK', SOURCE_CONTACT_CHECKS, 'OWNER_IF_KNOWN'),
    customerIdentity: oneOf(environment, 'CUSTOMER_IDENTITY', CUSTOMER_IDENTITIES, 'AUTO'),
    customerIdAttribute,
    sessionStore: readSessionStore(environment),
  };
  const { defaultRehydrationType, sourceContactCheck, sessionStore } = settings;
  demand(
    !sessionStore || sourceContactCheck === 'OWNER_REQUIRED',
    `SOURCE_CONTACT_CHECK is "${sourceContactCheck}", but the session store (SESSION_STORE_TABLE) needs OWNER_REQUIRED: anyone who can impersonate a customer would get that customer's last chat.`,
  );
  const missing = missingFor(defaultRehydrationType, settings);
  demand(!missing, `DEFAULT_REHYDRATION_TYPE is "${defaultRehydrationType}", which ${missing}.`);
  return settings;
}

/** What this deployment lacks for a rehydration type or a mode, as a message says it; `undefined` if nothing. */
export function missingFor(wish: RehydrationType | Mode, settings: Settings): string | undefined {
  const { sourceContactCheck, sessionStore } = settings;
  if ((wish === 'FROM_LAST_AGENT_SEGMENT' || wish === 'FIND') && sourceContactCheck === 'OFF') {
    return 'needs the source contact check: set SOURCE_CONTACT_CHECK (template parameter SourceContactCheck) to CONTACT, OWNER_IF_KNOWN or OWNER_REQUIRED';
  }
  if (wish === 'FROM_SEGMENT' && sessionStore) {
    return "needs a segment, but the session store (SESSION_STORE_TABLE) remembers only a session's first contact: use ENTIRE_PAST_SESSION or FROM_LAST_AGENT_SEGMENT";
  }
  return undefined;
}

/** In any letter case, because somebody may type it in an emergency. */
function readEnabled(environment: Environment): boolean {
  const given = environment['ENABLED']?.trim().toLowerCase();
  return ['yes', 'true'].includes(oneOf({ ENABLED: given }, 'ENABLED', ['yes', 'no', 'true', 'false'], 'yes'));
}

function readSessionStore(environment: Environment): SessionStoreSettings | undefined {
  const table = environment['SESSION_STORE_TABLE']?.trim();
  if (!table) return undefined;

  const key = environment['SESSION_STORE_KEY']?.trim() ?? '';
  demand(
    !key.startsWith('{{'),
    `SESSION_STORE_KEY is a dynamic reference that was not resolved: AWS CloudFormation resolves it, sam local does not. Set it in the shell, to any text of at least ${KEY_MIN_LENGTH} characters.`,
  );
  demand(
    key.length >= KEY_MIN_LENGTH,
    `SESSION_STORE_KEY has ${key.length} characters; with a SESSION_STORE_TABLE it must have at least ${KEY_MIN_LENGTH} (template.yaml generates it).`,
  );
  const days = trimmedOr(environment, 'SESSION_STORE_DAYS', '90');
  const isInRange = /^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= 730;
  demand(isInRange, `SESSION_STORE_DAYS is ${quoted(days)}; it must be a whole number of days from 1 to 730.`);
  return { table, key, days: Number(days) };
}

const KEY_MIN_LENGTH = 32;

/** Hosts that plain http may reach: this machine, and the host of a container (Docker's and podman's networks). */
const LOCAL_HOST =
  /^(localhost|\[::1\]|host\.docker\.internal|127(\.\d+){3}|(10\.88|172\.(1[6-9]|2\d|3[01]))(\.\d+){2})$/;

/** Plain http elsewhere would send the session token in clear text, and let that host decide who owns a chat. */
function checkUrl(environment: Environment, name: string): void {
  const given = environment[name];
  if (!given) return;
  const url = /^https?:\/\//i.test(given) ? URL.parse(given) : undefined;
  demand(
    url?.protocol === 'https:' || (url && LOCAL_HOST.test(url.hostname)),
    `${name} is ${quoted(given)}; it must be a URL that begins with https://, or not be set. Only localhost, 127.0.0.0/8, [::1], host.docker.internal, 172.16.0.0/12 and 10.88.0.0/16 may have http://.`,
  );
}

function trimmedOr(environment: Environment, name: string, otherwise: string): string {
  return environment[name]?.trim() || otherwise;
}

function oneOf<T extends string>(environment: Environment, name: string, allowed: readonly T[], otherwise: T): T {
  const given = environment[name] || otherwise;
  const value = allowed.find(candidate => candidate === given);
  demand(value !== undefined, `${name} is ${quoted(given)}; it must be one of ${allowed.join(', ')}.`);
  return value;
}

/** @param sentence what is wrong if it is not right, beginning with the variable's name */
function demand(isRight: unknown, sentence: string): asserts isRight {
  if (!isRight) throw new InvalidEnvironmentError(`The environment variable ${sentence}`);
}
