// Loads node:http as well: what anything that talks to AWS has to load.
import { request as requestOverHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { FlowEvent } from '../returning-chat.ts';

/**
 * Not imported: an import of node:http lists all that it exports, and two of these (its WebSocket, say) load Node's
 * whole fetch, which nobody here uses.
 */
const { request: requestOverHttp } = process.getBuiltinModule('node:http');

const endpoint = new URL(process.env['AWS_ENDPOINT_URL_CONNECT'] ?? 'https://connect.us-east-1.amazonaws.com');
const open = endpoint.protocol === 'https:' ? requestOverHttps : requestOverHttp;

/** The floor: one plain request, unsigned, without any package. Only the local Amazon Connect would answer it. */
export async function handler({ Details }: FlowEvent): Promise<Record<string, string>> {
  const { ContactId, InstanceARN } = Details.ContactData;
  const { sourceContactId, rehydrationType } = Details.Parameters;
  const path = `/contact/persistent-contact-association/${InstanceARN.split('/').at(-1)}/${ContactId}`;
  const answer = await new Promise<string>((resolve, reject) => {
    open(new URL(path, endpoint), {
      method: 'POST',
      headers: { authorization: 'none', 'content-type': 'application/json' },
    })
      .once('response', response => text(response).then(resolve, reject))
      .once('error', reject)
      .end(JSON.stringify({ RehydrationType: rehydrationType, SourceContactId: sourceContactId }));
  });
  return { continuedFromContactId: JSON.parse(answer).ContinuedFromContactId };
}
