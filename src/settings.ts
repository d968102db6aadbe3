import { InvalidEnvironmentError, quoted } from './errors.ts';
import { REHYDRATION_TYPES, type RehydrationType } from './outcome.ts';

/** Where both contacts are asked whose chat they are. */
export const CUSTOMER_IDENTITIES = ['CUSTOMER_ID', 'ENDPOINT', 'ATTRIBUTE'] as const;
export type CustomerIdentity = (typeof CUSTOMER_IDENTITIES)[number];

/** What happens when one of the two customers is not known. */
export const CUSTOMER_CHECKS = ['IF_KNOWN', 'REQUIRED', 'OFF'] as const;
export type CustomerCheck = (typeof CUSTOMER_CHECKS)[number];

/** How this deployment was set up; README, "Settings", has the template's parameter for each. */
export interface Settings {
  /** `DEFAULT_REHYDRATION_TYPE`: for flows that name none. */
  defaultRehydrationType: RehydrationType;
  /** `SOURCE_CONTACT_ID_ATTRIBUTE`: the contact attribute that may hold the past contact's id. */
  sourceContactIdAttribute: string;
  /** `SOURCE_CONTACT_CHECK`: whether the source contact is looked at before the association. */
  sourceContactCheck: boolean;
  /** `CUSTOMER_CHECK`; always `OFF` when the source contact is not looked at. */
  customerCheck: CustomerCheck;
  /** `CUSTOMER_IDENTITY` */
  customerIdentity: CustomerIdentity;
  /** `CUSTOMER_ID_ATTRIBUTE`: the contact attribute that holds the customer's id, for `ATTRIBUTE`. */
  customerIdAttribute: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const POWERTOOLS_LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'] as const;

/**
 * Reads the settings from the environment; empty counts as not set.
 *
 * @throws {InvalidEnvironmentError} with a sentence that names the variable, so that a bad deployment fails at start-up
 *   instead of in the middle of somebody's chat
 * @example readSettings({ DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' }).defaultRehydrationType // 'FROM_SEGMENT'
 */
export function readSettings(environment: Environment): Settings {
  // These two are read by Powertools and the SDK: the one ignores a level that it does not know, the other fails in the
  // middle of the first chat.
  oneOf(environment, 'POWERTOOLS_LOG_LEVEL', POWERTOOLS_LOG_LEVELS, 'INFO');
  checkEndpointUrl(environment['AWS_ENDPOINT_URL_CONNECT']);

  const sourceContactCheck = oneOf(environment, 'SOURCE_CONTACT_CHECK', ['ON', 'OFF'], 'ON') === 'ON';
  const customerCheck = oneOf(environment, 'CUSTOMER_CHECK', CUSTOMER_CHECKS, sourceContactCheck ? 'IF_KNOWN' : 'OFF');
  if (!sourceContactCheck && customerCheck !== 'OFF') {
    throw new InvalidEnvironmentError(
      `The environment variable CUSTOMER_CHECK is ${quoted(customerCheck)}, but with SOURCE_CONTACT_CHECK=OFF nobody ` +
        'looks whose chat it is. Set CUSTOMER_CHECK to OFF too, or SOURCE_CONTACT_CHECK to ON.',
    );
  }

  const customerIdAttribute = text(environment, 'CUSTOMER_ID_ATTRIBUTE', 'customerId');
  if (customerIdAttribute.startsWith('HostedWidget-')) {
    throw new InvalidEnvironmentError(
      `The environment variable CUSTOMER_ID_ATTRIBUTE is ${quoted(customerIdAttribute)}: attributes that begin with ` +
        '"HostedWidget-" come from the browser, where anybody can change them. Name an attribute that a server sets.',
    );
  }

  return {
    defaultRehydrationType: oneOf(environment, 'DEFAULT_REHYDRATION_TYPE', REHYDRATION_TYPES, 'ENTIRE_PAST_SESSION'),
    sourceContactIdAttribute: text(environment, 'SOURCE_CONTACT_ID_ATTRIBUTE', 'sourceContactId'),
    sourceContactCheck,
    customerCheck,
    customerIdentity: oneOf(environment, 'CUSTOMER_IDENTITY', CUSTOMER_IDENTITIES, 'CUSTOMER_ID'),
    customerIdAttribute,
  };
}

function checkEndpointUrl(url: string | undefined): void {
  if (!url || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return;
  throw new InvalidEnvironmentError(
    `The environment variable AWS_ENDPOINT_URL_CONNECT is ${quoted(url)}; it must be a URL that begins with http:// or ` +
      'https://, or not be set.',
  );
}

function text(environment: Environment, name: string, otherwise: string): string {
  return environment[name]?.trim() || otherwise;
}

function oneOf<T extends string>(environment: Environment, name: string, allowed: readonly T[], otherwise: T): T {
  const given = environment[name] || otherwise;
  const value = allowed.find(candidate => candidate === given);
  if (value === undefined) {
    throw new InvalidEnvironmentError(
      `The environment variable ${name} is ${quoted(given)}; it must be one of ${allowed.join(', ')}.`,
    );
  }
  return value;
}
