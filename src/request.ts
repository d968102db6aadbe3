import type { ContactFlowEvent } from './contact-flow-event.ts';
import { currentCustomer, customerIdParameter } from './customer.ts';
import {
  CustomerIdNotCheckedError,
  InvalidRehydrationTypeError,
  InvalidTimeLimitError,
  MalformedEventError,
  quoted,
} from './errors.ts';
import { type Fields, textUnlessBlank } from './fields.ts';
import { type Outcome, REHYDRATION_TYPES, type RehydrationType } from './outcome.ts';
import type { Settings } from './settings.ts';

/** What the flow asked for, as far as that was read. */
export interface Asked {
  rehydrationType?: RehydrationType;
  sourceContactId?: string;
  /** Where the source contact's id came from. */
  sourceFrom?: 'parameter' | 'attribute' | 'none';
}

/** A past chat to continue. */
export interface AssociationRequest extends Required<Asked> {
  instanceArn: string;
  instanceId: string;
  /** The current contact. */
  contactId: string;
  /** The first contact of the current session. */
  initialContactId: string;
  /** The block's own Timeout setting, 1 to 60. */
  timeLimitSeconds: number;
  /** Who is chatting now, at the place that `CUSTOMER_IDENTITY` names; `undefined` when unknown. Never logged. */
  customer: string | undefined;
}

/** Either a request to put to Amazon Connect, or what became of the chat without one. */
export type Choice = { request: AssociationRequest } | { outcome: Outcome; asked: Asked };

/**
 * Chooses what to ask Amazon Connect for. The order of the checks is part of the contract: a voice contact is not
 * applicable, whatever else may be wrong with its parameters.
 *
 * @throws {InvalidTimeLimitError | InvalidRehydrationTypeError | CustomerIdNotCheckedError} the flow author's parameters
 * @throws {MalformedEventError} the contact's or the instance's id cannot be part of a request
 */
export function chooseRequest(event: ContactFlowEvent, settings: Settings): Choice {
  if (event.channel !== 'CHAT') return notApplicable('CHANNEL_NOT_SUPPORTED');
  if (event.subtype === 'connect:Guide') return notApplicable('GUIDE');
  if (event.initiationMethod === 'DISCONNECT') return notApplicable('DISCONNECT_FLOW');

  const timeLimitSeconds = readTimeLimitSeconds(event.parameters);
  const rehydrationType = readRehydrationType(event.parameters) ?? settings.defaultRehydrationType;
  if (settings.customerCheck === 'OFF' && customerIdParameter(event) !== undefined) {
    throw new CustomerIdNotCheckedError(
      'The flow parameter customerId is set, but this function was deployed with the customer check off and would ' +
        "ignore it. Remove the parameter from the flow's block, or set CUSTOMER_CHECK to IF_KNOWN or REQUIRED " +
        '(template parameter CustomerCheck).',
    );
  }

  const fromParameter = textUnlessBlank(event.parameters, 'sourceContactId');
  const sourceContactId = fromParameter ?? textUnlessBlank(event.attributes, settings.sourceContactIdAttribute);
  if (sourceContactId === undefined) {
    return { outcome: { status: 'NO_SOURCE_CONTACT' }, asked: { rehydrationType, sourceFrom: 'none' } };
  }

  const sourceFrom = fromParameter === undefined ? 'attribute' : 'parameter';
  const asked = { rehydrationType, sourceContactId, sourceFrom } as const;
  if (!isContactId(sourceContactId)) {
    return { outcome: { status: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_FOUND' }, asked };
  }
  if ([event.contactId, event.initialContactId, event.previousContactId].includes(sourceContactId)) {
    return { outcome: { status: 'REJECTED', reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION' }, asked };
  }

  for (const [name, id] of [
    ['ContactId', event.contactId],
    ['InstanceARN', event.instanceId],
  ] as const) {
    if (!isContactId(id)) {
      throw new MalformedEventError(
        `Details.ContactData.${name} of the event holds the id ${quoted(id)}, which cannot be part of a request.`,
      );
    }
  }

  return {
    request: {
      ...asked,
      instanceArn: event.instanceArn,
      instanceId: event.instanceId,
      contactId: event.contactId,
      initialContactId: event.initialContactId || event.contactId,
      timeLimitSeconds,
      customer: currentCustomer(event, settings),
    },
  };
}

function notApplicable(reason: 'CHANNEL_NOT_SUPPORTED' | 'GUIDE' | 'DISCONNECT_FLOW'): Choice {
  return { outcome: { status: 'NOT_APPLICABLE', reason }, asked: {} };
}

/** The default is the longest that a block waits for a synchronous function, and what README tells authors to set. */
function readTimeLimitSeconds(parameters: Fields): number {
  const given = parameter(parameters, 'timeLimitSeconds') ?? '8';
  const seconds = /^\d{1,2}$/.test(given) ? Number(given) : 0;
  if (seconds >= 1 && seconds <= 60) return seconds;
  throw new InvalidTimeLimitError(
    `The flow parameter timeLimitSeconds is ${quoted(parameters['timeLimitSeconds'])}; it must be the Timeout of the ` +
      "flow's block, a whole number of seconds from 1 to 60. Change it in the block's function input parameters.",
  );
}

function readRehydrationType(parameters: Fields): RehydrationType | undefined {
  const given = parameter(parameters, 'rehydrationType');
  const rehydrationType = REHYDRATION_TYPES.find(candidate => candidate === given?.toUpperCase());
  if (given === undefined || rehydrationType !== undefined) return rehydrationType;
  throw new InvalidRehydrationTypeError(
    `The flow parameter rehydrationType is ${quoted(parameters['rehydrationType'])}; it must be ` +
      `${REHYDRATION_TYPES.join(' or ')}. Change it in the block's function input parameters, or leave it empty for ` +
      "the function's default.",
  );
}

/** A parameter's text without the spaces around it; `undefined` when empty or absent. Numbers as text. */
function parameter(parameters: Fields, name: string): string | undefined {
  const value = parameters[name];
  if (value == null) return undefined;
  return (typeof value === 'string' ? value : quoted(value)).trim() || undefined;
}

/**
 * Whether a text can be the id of a contact in a request's path. At most 256 characters (API reference); the SDK sends
 * a segment of dots as it is, which names another path, and throws on a lone surrogate.
 */
function isContactId(id: string): boolean {
  return (
    id.trim() !== '' &&
    id.length <= 256 &&
    id !== '.' &&
    id !== '..' &&
    id.isWellFormed() &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    !/[\u0000-\u001f\u007f-\u009f]/.test(id)
  );
}
