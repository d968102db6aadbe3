import { ConnectError } from './connect-error.ts';
import type { Contact } from './contact.ts';
import { limited } from './limits.ts';
import type { Route } from './operations.ts';

/**
 * `DescribeContact`'s output for a contact, as it is on the wire: timestamps are seconds since 1970, with fractions.
 */
export function describeContact(contacts: ReadonlyMap<string, Contact>, route: Route): object {
  const instanceId = limited('InstanceId', route.instanceId, 1, 100);
  const contact = contacts.get(limited('ContactId', route.contactId, 1, 256));
  if (!contact) throw new ConnectError('ResourceNotFoundException', 'The contact does not exist.');
  const { persistent: _, ...members } = contact;
  return {
    Contact: {
      // Region and account are the worked example's: contacts belong to whichever instance asks.
      Arn: `arn:aws:connect:us-east-1:111122223333:instance/${instanceId}/contact/${contact.Id}`,
      ...members,
      InitiationTimestamp: seconds(contact.InitiationTimestamp),
      DisconnectTimestamp: contact.DisconnectTimestamp && seconds(contact.DisconnectTimestamp),
    },
  };
}

function seconds(time: Date): number {
  return time.getTime() / 1000;
}
