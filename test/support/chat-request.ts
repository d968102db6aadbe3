import { parseContactFlowEvent } from '../../src/event.ts';
import { isFinished } from '../../src/outcome.ts';
import { type ChatRequest, readRequest } from '../../src/request.ts';
import { readSettings } from '../../src/settings.ts';
import { chatEvent } from './events.ts';

/** What the request comes to of a chat with these parameters and fields, in a function with this environment. */
export function read(parameters: Parameters<typeof chatEvent>[0], contactData: object = {}, environment: object = {}) {
  return readRequest(
    parseContactFlowEvent(chatEvent(parameters, { ...contactData })),
    readSettings({ ...environment }),
  );
}

/** The same, of a chat that may continue a past one. */
export function chatRequest(...given: Parameters<typeof read>): ChatRequest {
  const request = read(...given);
  if (isFinished(request)) throw new Error(`The chat is finished: ${JSON.stringify(request)}`);
  return request;
}

/**
 * The fields of a contact of this customer, in an event and in a description: their customer id, address, attribute `crm`
 * and sign-in, with its status. A web chat unless a subtype is given; `endpoint` stands for any endpoint, and `redacted` for the
 * fields that `DeleteContactData` took away.
 */
export function contactOf(who: Record<string, unknown>) {
  const unless: Record<string, unknown> = { status: 'AUTHENTICATED', subtype: 'connect:Chat' };
  const { id, address, crm, signedIn, status, subtype, endpoint, redacted } = { ...unless, ...who };
  const text = (ValueString: unknown) => ({ ValueString });
  const ValueMap = { Status: text(status), AssociatedCustomerId: text(signedIn) };
  return {
    CustomerId: id,
    CustomerEndpoint: address === undefined ? endpoint : { Type: 'TELEPHONE_NUMBER', Address: address },
    Attributes: crm === undefined ? {} : { crm },
    SegmentAttributes: {
      ...(subtype !== undefined && { 'connect:Subtype': text(subtype) }),
      ...(redacted !== undefined && { 'connect:RedactedFields': redacted }),
      ...(signedIn !== undefined && { 'connect:CustomerAuthentication': { ValueMap } }),
    },
  };
}
