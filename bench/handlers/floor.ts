import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { FlowEvent } from '../returning-chat.ts';

const endpoint = process.env['AWS_ENDPOINT_URL_CONNECT'];

/** The floor: one plain request, unsigned, without any package. Only the local Amazon Connect would answer it. */
export async function handler({ Details }: FlowEvent): Promise<Record<string, string>> {
  const { ContactId, InstanceARN } = Details.ContactData;
  const { sourceContactId, rehydrationType } = Details.Parameters;
  const path = `/contact/persistent-contact-association/${InstanceARN.split('/').at(-1)}/${ContactId}`;
  const headers = { authorization: 'none', 'content-type': 'application/json' };
  const answer = await new Promise<string>((resolve, reject) => {
    request(new URL(path, endpoint), { method: 'POST', headers })
      .once('response', response => text(response).then(resolve, reject))
      .once('error', reject)
      .end(JSON.stringify({ RehydrationType: rehydrationType, SourceContactId: sourceContactId }));
  });
  return { continuedFromContactId: JSON.parse(answer).ContinuedFromContactId };
}
