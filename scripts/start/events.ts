/** What `npm start` says of a file in events/. */
export interface EventNote {
  /** What it shows, in one short sentence. */
  shows: string;
  /** What to try next: words for a shell, then why. */
  tryNext: readonly [command: string, why: string];
  /** For the local Amazon Connect, where the event shows nothing without it. */
  transcriptDelaySeconds?: number;
}

/** The event that runs when none is named. */
export const DEFAULT_EVENT = 'entire-past-session.json';

/** The files of events/, in the order in which they explain the block best. */
export const EVENTS: Readonly<Record<string, EventNote>> = {
  'entire-past-session.json': {
    shows: 'the new chat continues the whole past session, survey included',
    tryNext: ['npm start -- events/last-agent.json', 'leaves the survey out'],
  },
  'last-agent.json': {
    shows: 'the last contact with an agent is found and continued',
    tryNext: ['npm start -- events/another-customers-chat.json', "another customer's chat is refused"],
  },
  'from-segment.json': {
    shows: 'one past contact is continued, and what came before it',
    tryNext: ['npm start -- events/last-agent.json', "the same without knowing that contact's id"],
  },
  'source-in-attribute.json': {
    shows: 'a contact attribute names the past chat',
    tryNext: ['npm start -- events/sms.json', 'the phone number identifies the owner'],
  },
  'sms.json': {
    shows: 'an SMS chat is continued: the phone number is the same',
    tryNext: ['CUSTOMER_IDENTITY=CUSTOMER_ID npm start -- events/sms.json', 'the owner is not verified'],
  },
  'transferred-contact.json': {
    shows: 'the flow runs for a transferred contact',
    tryNext: ["npm start -- --fault 'throttle*3'", 'throttled requests are sent again'],
  },
  'new-customer.json': {
    shows: 'a first chat has no past one, and nothing is asked',
    tryNext: ['npm start', 'a customer who comes back'],
  },
  'already-persistent.json': {
    shows: 'the chat continues a past one already',
    tryNext: ['npm start -- --fault lost-answer*1', 'a lost answer and the next request do no harm'],
  },
  'another-customers-chat.json': {
    shows: "another customer's chat is refused",
    tryNext: ['SOURCE_CONTACT_CHECK=CONTACT npm start -- events/another-customers-chat.json', 'what that check is for'],
  },
  'just-ended.json': {
    shows: 'the past chat ended just now: the flow may try again later',
    tryNext: ['npm start -- events/just-ended.json --transcript-delay 0', 'the same with the transcript there'],
    transcriptDelaySeconds: 60,
  },
  'still-active.json': {
    shows: 'the named chat has not ended',
    tryNext: ['SOURCE_CONTACT_CHECK=OFF npm start -- events/still-active.json', 'Amazon Connect refuses it itself'],
  },
  'not-found.json': {
    shows: 'the named contact does not exist',
    tryNext: ['npm start -- events/unknown-parameter.json', 'a mistake in the flow takes its Error branch'],
  },
  'survey-in-disconnect-flow.json': {
    shows: "a survey continues nothing: its chat's flow has done so",
    tryNext: ['npm start -- events/voice.json', 'nor does a call'],
  },
  'voice.json': {
    shows: 'a call continues nothing',
    tryNext: ['npm start -- events/sms.json', 'an SMS chat does'],
  },
  'bad-rehydration-type.json': {
    shows: "a wrong value of a flow parameter is the flow author's to fix",
    tryNext: ['npm start -- --fault error=403', 'a missing permission takes the Error branch, too'],
  },
  'unknown-parameter.json': {
    shows: 'a misspelt flow parameter is not passed over',
    tryNext: ['npm start -- events/bad-rehydration-type.json', 'nor is a wrong value'],
  },
};
