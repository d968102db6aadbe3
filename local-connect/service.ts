import { type Answer, errorAnswer, successAnswer } from './answer.ts';
import { type AssociationRules, associations } from './associate.ts';
import { type AssociationBody, readAssociationInput } from './association-input.ts';
import { ConnectError } from './connect-error.ts';
import type { Contact } from './contact.ts';
import { describeContact } from './describe-contact.ts';
import type { Route } from './operations.ts';

/** Carries out one request and says what to answer. `body` is `undefined` where it was no JSON object. */
export type ConnectService = (route: Route, body: AssociationBody | undefined) => Answer;

/** Amazon Connect without HTTP: its two operations over a set of contacts, which the associations change. */
export function connectService(contacts: ReadonlyMap<string, Contact>, rules: AssociationRules): ConnectService {
  const associate = associations(contacts, rules);
  return (route, body) => {
    try {
      switch (route.operation) {
        case 'CreatePersistentContactAssociation':
          return successAnswer({ ContinuedFromContactId: associate(readAssociationInput(route, body)) });
        case 'DescribeContact':
          return successAnswer(describeContact(contacts, route));
      }
    } catch (error) {
      if (error instanceof ConnectError) return errorAnswer(error.status, error.type, error.message);
      throw error;
    }
  };
}
