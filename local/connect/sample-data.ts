import type { Contact, Sender } from './contact.ts';
import { type ChatEvent, event, message } from './transcript.ts';

/** The instance of the sample data, and the only one; `any` stands for it. */
export const INSTANCE_ID = '510181bc-df2e-40d4-ada2-1e7873340fc2';
/** The `InstanceARN` of a flow's event for {@link INSTANCE_ID}. */
export const INSTANCE_ARN = `arn:aws:connect:us-east-1:111122223333:instance/${INSTANCE_ID}`;

// The returning customer, with an opaque id as docs/customer-identity.md advises; the phone number is reserved for fiction.
export const CUSTOMER_ID = 'customer-f7e97c24-fa86-443d-bc29-e823548281ef';
export const CUSTOMER_PHONE_NUMBER = '+12025550143';
export const OTHER_CUSTOMER_ID = 'customer-9f3e5434-722d-4663-bef9-3b46e3690b30';
export const FIRST_TIME_CUSTOMER_ID = 'customer-c2c3fb19-c3b4-4202-b6bf-6c5c6d618fe5';

// The customer's past session, of the example of `CreatePersistentContactAssociation` in the API reference.
export const C1 = 'a104cc36-9bbe-436b-a347-6be920106685'; // the first contact, with agent a1
export const C2 = 'd1e48153-953b-419e-b5f8-f4a1dd92d268'; // after the transfer to agent a2, who ends it
export const C3 = '8f042aed-9fbe-41c8-9c63-4c437a85ebbd'; // the survey in the disconnect flow

// Other chats of the customer; new ones are not continued yet.
export const NEW_CHAT = '68d454c6-681f-4932-aa84-653ac9df6362';
export const SURVEY = '0faf690d-1b87-40d2-a3da-2a6a62b5fc42'; // of the new chat's own session, for a disconnect flow
export const TRANSFERRED_CHAT_FIRST = '8d2f6206-6e94-43fd-92ae-5990a3dee8fb'; // a new session's first contact
export const TRANSFERRED_CHAT = '00271ddc-fa27-4d06-957a-516bf24df12d'; // that session's current contact
export const ACTIVE_CHAT = '1bc6dc31-283b-4fb2-9638-84c6c1b962c6'; // still open
export const JUST_ENDED_CHAT = '7490d85e-445f-4bd3-b36b-86ef94160f0f'; // its transcript may not be available yet
export const PERSISTENT_CHAT = '2e237aa8-b6f1-4c6f-88fa-a62437b76c45'; // a new chat that continues C3 already
export const PAST_SMS = '0cd02519-4494-4c47-bd90-a0a82e7aa11b';
export const NEW_SMS = '6855af13-f90a-4f4a-a2b9-33407aa2d20d';
export const VOICE_CALL = '80e8e37d-90dc-424d-98b9-097d83b9bc43'; // still open
export const PAST_VOICE_CALL = '8eeeb834-579d-41f1-a180-b3bce25f37bd';

// Chats of other customers.
export const FIRST_TIME_CHAT = '42d232f1-e408-4913-9c2f-6dddc1d28df1'; // of a customer without a past chat
export const OTHER_CUSTOMERS_CHAT = '520063a2-692f-477e-8ee2-26b6092d5c68'; // ended

export const AGENT_A1 = { Id: 'e553402d-3874-4c0f-8559-2e7b2d4c6aff' };
export const AGENT_A2 = { Id: '6578edf0-0c4d-41e1-bdd0-2971c99e5bbe' };
/** The queue of every contact that an agent handled. */
export const QUEUE = { Id: 'b7496ad2-31d0-47a1-b554-9c03205601f6' };
/** The template's module, with the name that a stack with the default name gives it. */
export const FLOW_MODULE = { Id: 'a3ba0dd9-96ee-4b04-8a53-1e83fb4f0e4c', Name: 'Persistent chat (persistent-chat)' };

const BY_PHONE = { CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: CUSTOMER_PHONE_NUMBER } };
const JANE = sender('CUSTOMER', 'Jane', 'f1d3b0ec-7a54-4a5c-8d0c-0d3c2a1b9e77');
const JOHN = sender('CUSTOMER', 'John', '3c0c3c5e-5a0b-4c1f-9a51-2f7c6f2f6f10');
const A1 = sender('AGENT', 'Agent a1', AGENT_A1.Id);
const A2 = sender('AGENT', 'Agent a2', AGENT_A2.Id);
const SYSTEM: Sender = { DisplayName: 'SYSTEM_MESSAGE', ParticipantRole: 'SYSTEM' };

/**
 * The contacts, as fresh objects. Past ones ended a day before `now` ({@link JUST_ENDED_CHAT} at `now`), new ones began at
 * `now`. {@link NEW_CHAT} is active although its session has a survey.
 */
export function sampleContacts(now: Date): Contact[] {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const span = (start: number, end: number) => ({ InitiationTimestamp: ago(start), DisconnectTimestamp: ago(end) });
  const said = (minutes: number, by: Sender, text: string) => message(by, text, ago(minutes));
  const happened = (minutes: number, name: ChatEvent, by?: Sender) => event(name, by, ago(minutes));
  const day = 24 * 60;
  const past = span(day + 30, day);
  const active = { InitiationTimestamp: now };
  const a1 = { AgentInfo: AGENT_A1, QueueInfo: QUEUE };
  const a2 = { AgentInfo: AGENT_A2, QueueInfo: QUEUE };
  const about = (topic: string) => ({ Attributes: { customerId: CUSTOMER_ID, topic } });
  const survey = { Attributes: { ...about('refund').Attributes, surveyScore: '5' } };
  const c1 = [
    happened(day + 30, 'participant.joined', JANE),
    said(day + 29, JANE, 'My order has not arrived.'),
    happened(day + 28, 'participant.joined', A1),
    said(day + 27, A1, 'I am sorry. My colleague for refunds will take over.'),
    happened(day + 20, 'transfer.succeeded', A1),
  ];
  const c2 = [
    happened(day + 19, 'participant.joined', A2),
    said(day + 18, A2, 'You get your money back today.'),
    said(day + 10, JANE, 'Thank you!'),
    happened(day + 2, 'participant.left', A2),
  ];
  const c3 = [
    said(day + 2, SYSTEM, 'How content were you, from 1 to 5?'),
    said(day + 1, JANE, '5'),
    happened(day, 'chat.ended'),
  ];
  const other = [said(day, JOHN, 'My contract number is 7.')];
  const sms = [said(day, JANE, 'Are you open on Sunday?')];
  return [
    { ...webChat(C1), ...about('late delivery'), ...span(day + 30, day + 20), ...a1, transcript: c1 },
    { ...webChat(C2), ...about('refund'), ...after(C1), ...span(day + 20, day + 2), ...a2, transcript: c2 },
    { ...webChat(C3), ...after(C1, C2, 'DISCONNECT'), ...span(day + 2, day), ...survey, transcript: c3 },
    { ...webChat(NEW_CHAT), ...active },
    { ...webChat(SURVEY), ...after(NEW_CHAT, NEW_CHAT, 'DISCONNECT'), ...active },
    { ...webChat(TRANSFERRED_CHAT_FIRST), ...span(10, 0), ...a1 },
    { ...webChat(TRANSFERRED_CHAT), ...active, QueueInfo: QUEUE, ...after(TRANSFERRED_CHAT_FIRST) },
    { ...webChat(FIRST_TIME_CHAT, FIRST_TIME_CUSTOMER_ID), ...active },
    { ...webChat(ACTIVE_CHAT), ...active, ...a2 },
    { ...webChat(JUST_ENDED_CHAT), ...span(10, 0), ...a2, transcript: [said(5, JANE, 'Is it on its way?')] },
    // A linked contact carries a copy of the other's attributes.
    { ...webChat(PERSISTENT_CHAT), ...active, RelatedContactId: C3, ...survey, persistent: true },
    { ...webChat(OTHER_CUSTOMERS_CHAT, OTHER_CUSTOMER_ID), ...past, ...a1, transcript: other },
    // An SMS chat's channel is `CHAT`, too; the phone number identifies its customer.
    { ...contact(PAST_SMS, 'CHAT', 'API', 'connect:SMS'), ...BY_PHONE, ...past, ...a2, transcript: sms },
    { ...contact(NEW_SMS, 'CHAT', 'API', 'connect:SMS'), ...BY_PHONE, ...active },
    { ...contact(VOICE_CALL, 'VOICE', 'INBOUND', 'connect:Telephony'), ...BY_PHONE, ...active },
    { ...contact(PAST_VOICE_CALL, 'VOICE', 'INBOUND', 'connect:Telephony'), ...BY_PHONE, ...past, ...a1 },
  ];
}

function sender(ParticipantRole: 'CUSTOMER' | 'AGENT', DisplayName: string, ParticipantId: string): Sender {
  return { ParticipantId, DisplayName, ParticipantRole };
}

/** A later contact of a session. */
function after(InitialContactId: string, PreviousContactId = InitialContactId, InitiationMethod = 'TRANSFER') {
  return { InitialContactId, PreviousContactId, InitiationMethod };
}

/** A web chat that a server started for a signed-in customer. Web chats have no customer endpoint. */
function webChat(Id: string, CustomerId = CUSTOMER_ID) {
  return { ...contact(Id, 'CHAT', 'API', 'connect:Chat'), CustomerId, Attributes: { customerId: CustomerId } };
}

function contact(Id: string, Channel: 'CHAT' | 'VOICE', InitiationMethod: string, ValueString: string) {
  return { Id, Channel, InitiationMethod, SegmentAttributes: { 'connect:Subtype': { ValueString } } };
}
