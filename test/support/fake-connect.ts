import type { Contact } from '@aws-sdk/client-connect';
import type { DescribedContact, ListedContact } from '../../src/aws/answers.ts';
import type { AmazonConnect } from '../../src/aws/connect.ts';
import type { Deadline } from '../../src/aws/deadline.ts';
import type { Answer } from '../../src/aws/failure.ts';

interface Answers {
  /** By the contact's id; no other contact is found. */
  describe?: Readonly<Record<string, Answer<Contact> | undefined>>;
  list?: Answer<ListedContact[]>;
  associate?: Answer<string>;
  /** How long each answer takes, milliseconds, on the clock of the test. */
  takes?: number;
}

/**
 * An Amazon Connect without a network, and what it was asked, with the milliseconds that were left for each request. An
 * association is `unconfirmed` where nothing can confirm it, and asked for `again` where it was found not to be made.
 */
export function fakeConnect({ describe = {}, list, associate, takes }: Answers) {
  const asked: [request: string, remaining: number][] = [];
  async function answer<T>(request: string, deadline: Deadline, given: T): Promise<T> {
    asked.push([request, deadline.remaining()]);
    if (takes) await new Promise(resolve => setTimeout(resolve, takes));
    return given;
  }
  const connect: Pick<AmazonConnect, 'describe' | 'listAssociated' | 'associate'> = {
    describe(id, deadline, { retryThrottled = true } = {}) {
      const once = retryThrottled ? '' : ' once';
      return answer(`describe ${id}${once}`, deadline, (describe[id] ?? { refused: 404 }) as Answer<DescribedContact>);
    },
    listAssociated: (id, deadline) => answer(`list ${id}`, deadline, list ?? { value: [] }),
    associate({ sourceContactId: id, rehydrationType }, deadline, { changes, unreadableMax }) {
      const how = unreadableMax ? '' : changes === 'confirmable' ? ' again' : ' unconfirmed';
      return answer(`associate ${id} ${rehydrationType}${how}`, deadline, associate ?? { value: id });
    },
  };
  return { connect: connect as AmazonConnect, asked };
}
