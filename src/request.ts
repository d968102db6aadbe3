import type { ContactFlowEvent } from './contact-flow-event.ts';
import { isContactId, isInCurrentSession, readSourceContactId } from './contact-id.ts';
import { type Customer, currentCustomer } from './customer.ts';
import { InvalidRehydrationTypeError, InvalidTimeLimitError, quoted, UnknownParameterError } from './errors.ts';
import { type JsonObject, text } from './json-object.ts';
import {
  type NotApplicableReason,
  type Outcome,
  type PlainRejectedReason,
  REHYDRATION_TYPES,
  type RehydrationType,
} from './outcome.ts';
import type { Settings } from './settings.ts';

/** The block's function input parameters. */
export const FLOW_PARAMETERS = ['sourceContactId', 'rehydrationType', 'timeLimitSeconds'] as const;
export type FlowParameter = (typeof FLOW_PARAMETERS)[number];

/** What was asked for, as far as that became known. */
export interface Asked {
  rehydrationType?: RehydrationType;
  /** Any text, until it is part of an {@link AssociationRequest}. Not for the log. */
  sourceContactId?: string;
  /** Where the source contact's id came from. */
  sourceContactIdFrom?: 'parameter' | 'attribute' | 'store' | 'none';
}

/** A chat that may continue a past one. */
export interface Chat {
  instanceId: string;
  /** The current contact. */
  contactId: string;
  /** The first contact of the current session. */
  initialContactId: string;
  rehydrationType: RehydrationType;
  /** Who is chatting now; `undefined` when unknown. Never logged. */
  customer: Customer | undefined;
}

/** A past contact that the flow or the contact's attributes name. */
export interface NamedSource {
  sourceContactId: string;
  sourceContactIdFrom: 'parameter' | 'attribute';
  /** Why Connect need not be asked for it. */
  refused?: PlainRejectedReason;
}

/** A past chat to continue. */
export type AssociationRequest = Chat & Required<Asked>;

/** An applicable chat, with the past contact that is named for it. */
export interface Applicable {
  chat: Chat;
  named: NamedSource | undefined;
  /** The block's own Timeout, 1 to 60. */
  timeLimitSeconds: number;
}

/** An applicable chat, or what became of another contact. */
export type Resolved = Applicable | { outcome: Outcome; asked: Asked };

/**
 * Resolves what the flow asks for. The order of the checks is part of the contract: a voice contact is not applicable,
 * whatever else may be wrong with its parameters.
 *
 * @throws {UnknownParameterError | InvalidTimeLimitError | InvalidRehydrationTypeError} the flow author's parameters
 */
export function resolveRequest(event: ContactFlowEvent, settings: Settings): Resolved {
  const notApplicable = whyNotApplicable(event);
  if (notApplicable) return { outcome: { status: 'NOT_APPLICABLE', reason: notApplicable }, asked: {} };

  refuseUnknownParameters(event.parameters);
  const timeLimitSeconds = readTimeLimitSeconds(event.parameters);
  const rehydrationType = readRehydrationType(event.parameters, settings) ?? settings.defaultRehydrationType;
  const customer = currentCustomer(event, settings);
  const named = readNamedSource(event, settings, customer);
  if (rehydrationType === 'FROM_SEGMENT' && !named && settings.sessionStore) {
    throw new InvalidRehydrationTypeError(
      'The flow parameter rehydrationType is "FROM_SEGMENT" and no source contact is named, but the session store ' +
        "remembers a session's first contact, not a segment. Pass sourceContactId too, or change the type to " +
        "ENTIRE_PAST_SESSION or FROM_LAST_AGENT_SEGMENT in the block's function input parameters.",
    );
  }
  return {
    chat: {
      instanceId: event.instanceId,
      contactId: event.contactId,
      initialContactId: event.initialContactId?.trim() || event.contactId,
      rehydrationType,
      customer,
    },
    named,
    timeLimitSeconds,
  };
}

/** The flow parameter wins over the contact attribute; empty and blank count as absent in both. */
function readNamedSource(
  event: ContactFlowEvent,
  settings: Settings,
  customer: Customer | undefined,
): NamedSource | undefined {
  const fromParameter = parameter(event.parameters, 'sourceContactId');
  const given = fromParameter || text(event.attributes, settings.sourceContactIdAttribute)?.trim();
  if (!given) return undefined;
  const sourceContactId = readSourceContactId(given, event);
  const named = { sourceContactId, sourceContactIdFrom: fromParameter ? 'parameter' : 'attribute' } as const;
  if (!isContactId(sourceContactId)) return { ...named, refused: 'SOURCE_CONTACT_ID_INVALID' };
  // CUSTOMER_UNKNOWN comes before it, and needs no call either (select-source-contact.ts).
  const unknown = settings.sourceContactCheck === 'OWNER_REQUIRED' && customer === undefined;
  if (!unknown && isInCurrentSession(sourceContactId, event)) {
    return { ...named, refused: 'SOURCE_CONTACT_IN_CURRENT_SESSION' };
  }
  return named;
}

function whyNotApplicable({ channel, subtype, initiationMethod }: ContactFlowEvent): NotApplicableReason | undefined {
  if (channel !== 'CHAT') return 'CHANNEL_NOT_SUPPORTED';
  if (subtype === 'connect:Guide') return 'GUIDE';
  if (initiationMethod === 'DISCONNECT') return 'DISCONNECT_FLOW';
  return undefined;
}

/** A misspelt parameter would silently be "no past chat". Values are not quoted: they may be a customer's. */
function refuseUnknownParameters(parameters: JsonObject): void {
  const unknown = Object.keys(parameters).filter(name => !FLOW_PARAMETERS.some(known => known === name));
  if (unknown.some(name => name.toLowerCase() === 'customerid')) {
    throw new UnknownParameterError(
      'The flow passes the parameter customerId, which no longer exists: the contact itself says who its customer is. ' +
        'Set its customer id with the block "Set contact attributes" (or the attribute that CUSTOMER_ID_ATTRIBUTE ' +
        "names), and remove the parameter from the block's function input parameters.",
    );
  }
  if (unknown.length > 0) {
    throw new UnknownParameterError(
      `The flow passes the parameter ${quoted(unknown[0])}, which this function does not know. It knows ` +
        `${FLOW_PARAMETERS.join(', ')}. Change it in the block's function input parameters.`,
    );
  }
}

/** The default is the longest that a block waits for a synchronous function, and what docs/flow-guide.md has authors set. */
function readTimeLimitSeconds(parameters: JsonObject): number {
  const given = parameter(parameters, 'timeLimitSeconds') ?? '8';
  const seconds = /^\d{1,2}$/.test(given) ? Number(given) : 0;
  if (seconds >= 1 && seconds <= 60) return seconds;
  throw new InvalidTimeLimitError(
    `The flow parameter timeLimitSeconds is ${shown(parameters['timeLimitSeconds'])}; it must be the Timeout of the ` +
      "flow's block, a whole number of seconds from 1 to 60. Change it in the block's function input parameters.",
  );
}

function readRehydrationType(parameters: JsonObject, { sourceContactCheck }: Settings): RehydrationType | undefined {
  const given = parameter(parameters, 'rehydrationType');
  const rehydrationType = REHYDRATION_TYPES.find(candidate => candidate === given?.toUpperCase());
  if (rehydrationType === 'FROM_LAST_AGENT_SEGMENT' && sourceContactCheck === 'OFF') {
    throw new InvalidRehydrationTypeError(
      'The flow parameter rehydrationType is "FROM_LAST_AGENT_SEGMENT", which needs the source contact check, but this ' +
        'function was deployed without it. Set SOURCE_CONTACT_CHECK to CONTACT, OWNER_IF_KNOWN or OWNER_REQUIRED ' +
        '(template parameter SourceContactCheck), or name another type.',
    );
  }
  if (given === undefined || rehydrationType !== undefined) return rehydrationType;
  throw new InvalidRehydrationTypeError(
    `The flow parameter rehydrationType is ${shown(parameters['rehydrationType'])}; it must be one of ` +
      `${REHYDRATION_TYPES.join(', ')}. Change it in the block's function input parameters, or leave it empty for ` +
      "the function's default.",
  );
}

/** A parameter's value as a message shows it: of what may be a customer's, by a mistake in the flow, only the length. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : quoted(value);
  return text.length > 40 || /\d{5}|@/.test(text) ? `a text of ${text.length} characters` : quoted(value);
}

/** A parameter's text without the spaces around it; `undefined` when empty or absent. Numbers as text. */
function parameter(parameters: JsonObject, name: FlowParameter): string | undefined {
  const value = parameters[name];
  if (value == null) return undefined;
  return (typeof value === 'string' ? value : quoted(value)).trim() || undefined;
}
