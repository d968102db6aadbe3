import { knownContact } from './contact.ts';
import { contactIdOf, instanceIdOf } from './limits.ts';
import type { ConnectRequest } from './request.ts';
import type { ConnectState } from './state.ts';
import { contactArn, seconds } from './wire.ts';

/** `DescribeContact`: a contact with all that is kept of it. */
export function describeContact({ contacts }: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(request);
  const { persistent: _, ...members } = knownContact(contacts, contactIdOf(request));
  return {
    Contact: {
      Arn: contactArn(instanceId, members.Id),
      ...members,
      InitiationTimestamp: seconds(members.InitiationTimestamp),
      DisconnectTimestamp: seconds(members.DisconnectTimestamp),
    },
  };
}
