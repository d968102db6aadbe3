import type { Contact } from '@aws-sdk/client-connect';
import type { ContactFlowEvent, Endpoint } from './contact-flow-event.ts';
import { quoted } from './errors.ts';
import { textUnlessBlank, unlessBlank } from './fields.ts';
import type { Settings } from './settings.ts';

/**
 * Whose chat it is. Both contacts are asked at one and the same place, the one that `CUSTOMER_IDENTITY` names, never at
 * any of several: a name that a customer picked must not match somebody's phone number.
 *
 * @module
 */

/** The customer of the current contact; `undefined` when unknown. Not for the log. */
export function currentCustomer(event: ContactFlowEvent, settings: Settings): string | undefined {
  switch (settings.customerIdentity) {
    case 'CUSTOMER_ID':
      return customerIdParameter(event) ?? unlessBlank(event.customerId);
    case 'ENDPOINT':
      return endpoint(event.customerEndpoint);
    case 'ATTRIBUTE':
      return customerIdParameter(event) ?? textUnlessBlank(event.attributes, settings.customerIdAttribute);
  }
}

/** The flow parameter `customerId`; `undefined` when empty or blank. Not for the log. */
export function customerIdParameter({ parameters }: ContactFlowEvent): string | undefined {
  const value = parameters['customerId'];
  // What is neither text nor a number cannot be a customer's id: as such a text it is nobody's.
  return value == null ? undefined : unlessBlank(typeof value === 'string' ? value : quoted(value));
}

/** The customer of the source contact; `undefined` when unknown. Not for the log. */
export function sourceCustomer(contact: Contact, settings: Settings): string | undefined {
  switch (settings.customerIdentity) {
    case 'CUSTOMER_ID':
      return unlessBlank(contact.CustomerId);
    case 'ENDPOINT':
      return endpoint({ type: contact.CustomerEndpoint?.Type, address: contact.CustomerEndpoint?.Address });
    case 'ATTRIBUTE':
      return textUnlessBlank(contact.Attributes ?? {}, settings.customerIdAttribute);
  }
}

/** Type and address as one text, in a form that no other pair shares. */
function endpoint(value: Endpoint | undefined): string | undefined {
  return unlessBlank(value?.type) && unlessBlank(value?.address)
    ? JSON.stringify([value?.type, value?.address])
    : undefined;
}
