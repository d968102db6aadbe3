import { parseContactFlowEvent } from '../../src/event.ts';
import { isOutcome } from '../../src/outcome.ts';
import { type ChatRequest, readRequest } from '../../src/request.ts';
import { readSettings } from '../../src/settings.ts';
import { chatEvent } from '../support/events.ts';

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
  if (isOutcome(request)) throw new Error(`The chat is finished: ${JSON.stringify(request)}`);
  return request;
}
