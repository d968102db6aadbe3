import { refusal } from './connect-error.ts';
import { bodyOf, instanceIdOf, invalid, limited, object, optional } from './limits.ts';
import { type Rehydration, readRehydration } from './rehydration.ts';
import type { ConnectRequest } from './request.ts';

/** `StartChatContact`'s input, as far as the local Connect keeps it. */
export interface StartChatInput {
  InstanceId: string;
  ContactFlowId: string;
  DisplayName: string;
  Attributes: Record<string, string>;
  SegmentAttributes: Record<string, { ValueString: string }>;
  CustomerId: string | undefined;
  PersistentChat: Rehydration | undefined;
  RelatedContactId: string | undefined;
  ClientToken: string | undefined;
}

/** Of all attributes of a contact together, in UTF-8 (API reference). */
const MAX_ATTRIBUTE_BYTES = 32_768;

/** Checks a `StartChatContact` request against the limits of the service model and the API reference. */
export function readStartChatInput(request: ConnectRequest): StartChatInput {
  const body = bodyOf(request);
  const { Attributes = {}, SegmentAttributes = {}, PersistentChat } = body;
  const participant = object('ParticipantDetails', body.ParticipantDetails);
  const input = {
    InstanceId: instanceIdOf(request),
    ContactFlowId: limited('ContactFlowId', body.ContactFlowId, 1, 500),
    DisplayName: limited('ParticipantDetails.DisplayName', participant['DisplayName'], 1, 256),
    Attributes: readAttributes(object('Attributes', Attributes)),
    SegmentAttributes: readSegmentAttributes(object('SegmentAttributes', SegmentAttributes)),
    CustomerId: optional('CustomerId', body.CustomerId, 1, 128),
    PersistentChat:
      PersistentChat === undefined ? undefined : readRehydration(object('PersistentChat', PersistentChat)),
    RelatedContactId: optional('RelatedContactId', body.RelatedContactId, 1, 256),
    ClientToken: optional('ClientToken', body.ClientToken, 0, 500),
  };
  if (input.PersistentChat && input.RelatedContactId !== undefined) {
    throw refusal('A chat takes either RelatedContactId or PersistentChat, not both.');
  }
  return input;
}

function readAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(attributes).map(([name, value]): [string, string] => {
    if (!/^[\w-]+$/.test(name)) throw invalid(`"${name}" is no attribute name: letters, digits, "-" and "_" only.`);
    return [name, limited(`Attributes.${name}`, value, 0, 32_767)];
  });
  if (Buffer.byteLength(entries.flat().join('')) > MAX_ATTRIBUTE_BYTES) {
    throw invalid(`The attributes are longer than ${MAX_ATTRIBUTE_BYTES} bytes.`);
  }
  return Object.fromEntries(entries);
}

function readSegmentAttributes(attributes: Readonly<Record<string, unknown>>): StartChatInput['SegmentAttributes'] {
  const entries = Object.entries(attributes).map(([name, value]) => {
    const member = `SegmentAttributes.${limited('A segment attribute name', name, 1, 128)}`;
    const ValueString = limited(`${member}.ValueString`, object(member, value)['ValueString'], 0, 1024);
    return [name, { ValueString }];
  });
  return Object.fromEntries(entries);
}
