import { attributesMayBeCopied, type Customer, currentCustomer, isGuide } from './customer.ts';
import { type OperatorError, PARAMETER_ERRORS, quoted, UnknownParameterError } from './errors.ts';
import type { ContactFlowEvent } from './event.ts';
import { type Finished, type PlainReason, REHYDRATION_TYPES, type Reason, type RehydrationType } from './outcome.ts';
import { comparesOwners, MODES, type Mode, missingFor, type Settings } from './settings.ts';
import { isContactId, isSameContact, type JsonObject, text } from './values.ts';

export const FLOW_PARAMETERS = ['sourceContactId', 'rehydrationType', 'mode', 'timeLimitSeconds'] as const;
export type FlowParameter = (typeof FLOW_PARAMETERS)[number];

/** A past contact that a chat may continue. Its id is logged only as report.ts allows. */
export interface Candidate {
  sourceContactId: string;
  sourceContactIdFrom: 'parameter' | 'attribute' | 'store';
}

/** A chat that may continue a past one, and what its flow asks for. */
export interface ChatRequest
  extends Pick<ContactFlowEvent, 'instanceId' | 'contactId' | 'initialContactId' | 'relatedContactId'> {
  rehydrationType: RehydrationType;
  mode: Mode;
  /** Who is chatting now; `undefined` when unknown. Never logged. */
  customer: Customer | undefined;
  /** The contact is linked, so the attribute that would identify the customer is not read: it may be another's. */
  customerHidden: boolean;
  /** The past contact that the flow or an attribute names, and the reason if it is rejected without a request. */
  named: Candidate | undefined;
  namedRefusal: PlainReason | undefined;
  /** The Timeout of the flow block "AWS Lambda function", 1 to 60. */
  timeLimitSeconds: number;
  settings: Settings;
}

/**
 * Reads what the flow asks for, and applies every rule that needs no request. The order of the rules is part of the
 * contract: a voice contact is not applicable, whatever is wrong with its parameters.
 *
 * @throws {UnknownParameterError | InvalidTimeLimitError | InvalidRehydrationTypeError | InvalidModeError}
 */
export function readRequest(event: ContactFlowEvent, settings: Settings): ChatRequest | Finished {
  const notApplicable = settings.enabled ? whyNotApplicable(event) : 'SWITCHED_OFF';
  if (notApplicable) return { outcome: { status: 'NOT_APPLICABLE', reason: notApplicable } };

  const { parameters, instanceId, contactId, initialContactId, relatedContactId } = event;
  refuseUnknownParameters(parameters);
  const timeLimitSeconds = readTimeLimitSeconds(parameters);
  const named = readNamed(event, settings);
  const rehydrationType = readRehydrationType(parameters, named !== undefined, settings);
  const mode = readMode(parameters, settings);
  const ownersCompared = comparesOwners(settings);
  const customer = ownersCompared ? currentCustomer(event, settings) : undefined;
  const customerHidden = ownersCompared && attributesMayBeCopied(event, settings);
  const customerMissing = settings.sourceContactCheck === 'OWNER_REQUIRED' && customer === undefined;
  const namedRefusal = named && whyRefused(named.sourceContactId, event, customerMissing);
  const asked = { rehydrationType, mode, named, namedRefusal, timeLimitSeconds };
  return { instanceId, contactId, initialContactId, relatedContactId, customer, customerHidden, settings, ...asked };
}

function whyNotApplicable(event: ContactFlowEvent): Reason<'NOT_APPLICABLE'> | undefined {
  if (event.channel !== 'CHAT') return 'CHANNEL_NOT_SUPPORTED';
  if (isGuide(event)) return 'GUIDE';
  return event.initiationMethod === 'DISCONNECT' ? 'DISCONNECT_FLOW' : undefined;
}

function whyRefused(id: string, event: ContactFlowEvent, customerMissing: boolean): PlainReason | undefined {
  if (!isContactId(id)) return 'SOURCE_CONTACT_ID_INVALID';
  if (customerMissing) return 'CUSTOMER_UNKNOWN';
  const ofCurrentSession = [event.contactId, event.initialContactId, event.previousContactId ?? ''];
  return ofCurrentSession.some(own => isSameContact(own, id)) ? 'SOURCE_CONTACT_IN_CURRENT_SESSION' : undefined;
}

/** The flow parameter wins over the contact attribute; blank is absent. An ARN of this instance stands for its id. */
function readNamed(event: ContactFlowEvent, settings: Settings): Candidate | undefined {
  const fromParameter = parameter(event.parameters, 'sourceContactId');
  const given = fromParameter || text(event.attributes, settings.sourceContactIdAttribute)?.trim();
  if (!given) return undefined;
  const contacts = `${event.instanceArn}/contact/`;
  const isArn = given.toLowerCase().startsWith(contacts.toLowerCase());
  const sourceContactId = isArn ? given.slice(contacts.length) : given;
  return { sourceContactId, sourceContactIdFrom: fromParameter ? 'parameter' : 'attribute' };
}

/** A misspelt parameter would silently mean "no past chat". Values are not quoted: they may be a customer's. */
function refuseUnknownParameters(parameters: JsonObject): void {
  const unknown = Object.keys(parameters).filter(name => !FLOW_PARAMETERS.some(known => known === name));
  if (unknown.length === 0) return;
  throw new UnknownParameterError(
    unknown.some(name => name.toLowerCase() === 'customerid')
      ? 'The flow passes the parameter customerId, which no longer exists: the contact itself says who its customer is. Set its customer id with the block "Set contact attributes" (or the attribute that CUSTOMER_ID_ATTRIBUTE names), and remove the parameter from the block\'s function input parameters.'
      : `The flow passes the parameter ${quoted(unknown[0])}, which this function does not know. It knows ${FLOW_PARAMETERS.join(', ')}. Change it in the block's function input parameters.`,
  );
}

/** The default is the longest that a flow block waits for a synchronous function. */
function readTimeLimitSeconds(parameters: JsonObject): number {
  const given = parameter(parameters, 'timeLimitSeconds') ?? '8';
  const seconds = /^\d{1,2}$/.test(given) ? Number(given) : 0;
  if (seconds >= 1 && seconds <= 60) return seconds;
  const expected = "the Timeout of the flow's block, a whole number of seconds from 1 to 60";
  throw invalid('timeLimitSeconds', `${shown(parameters['timeLimitSeconds'])}; it must be ${expected}`);
}

/** The session store remembers no segments, but the flow may name one. */
function readRehydrationType(parameters: JsonObject, isNamed: boolean, settings: Settings): RehydrationType {
  const type = readWord(parameters, 'rehydrationType', REHYDRATION_TYPES, "the function's default");
  if (type === undefined) return settings.defaultRehydrationType;
  const isSegment = type === 'FROM_SEGMENT';
  const missing = isSegment && isNamed ? undefined : missingFor(type, settings);
  if (!missing) return type;
  throw invalid('rehydrationType', `"${type}", which ${missing}`, isSegment ? ', or pass sourceContactId too' : '');
}

function readMode(parameters: JsonObject, settings: Settings): Mode {
  const mode = readWord(parameters, 'mode', MODES, 'CONTINUE') ?? 'CONTINUE';
  const missing = missingFor(mode, settings);
  if (missing) throw invalid('mode', `"${mode}", which ${missing}`);
  return mode;
}

/** Reads a word in any letter case; `undefined` if it is empty or absent. */
function readWord<Word extends string>(
  parameters: JsonObject,
  name: 'rehydrationType' | 'mode',
  words: readonly Word[],
  defaultName: string,
): Word | undefined {
  const given = parameter(parameters, name);
  const word = words.find(candidate => candidate === given?.toUpperCase());
  if (word || given === undefined) return word;
  const fault = `${shown(parameters[name])}; it must be one of ${words.join(', ')}`;
  throw invalid(name, fault, `, or leave it empty for ${defaultName}`);
}

function invalid(name: keyof typeof PARAMETER_ERRORS, fault: string, otherChange = ''): OperatorError {
  const change = `Change it in the block's function input parameters${otherChange}.`;
  return new PARAMETER_ERRORS[name](`The flow parameter ${name} is ${fault}. ${change}`);
}

/** A value as a message shows it. It may be a customer's, so only a word with fewer than five digits is quoted. */
function shown(value: unknown): string {
  const given = typeof value === 'string' ? value : quoted(value);
  const isWord = /^[\w-]{1,40}$/.test(given) && given.replaceAll(/\D/g, '').length < 5;
  return isWord || typeof value === 'object' ? quoted(value) : `a text of ${given.length} characters`;
}

/** A parameter's trimmed text; `undefined` if empty, absent, or a module's input that was not given. */
function parameter(parameters: JsonObject, name: FlowParameter): string | undefined {
  const value = parameters[name];
  if (value == null) return undefined;
  const given = (typeof value === 'string' ? value : quoted(value)).trim();
  return given.startsWith('$.Modules.Input.') ? undefined : given || undefined;
}
