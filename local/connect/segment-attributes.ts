import type { SegmentAttributeValue } from '@aws-sdk/client-connect';
import { invalid } from './answer.ts';
import { checked, type Members, object, type Reader, text } from './request.ts';

/** How each form is checked: by the types and lengths of the service model. */
const FORMS: { readonly [form in keyof SegmentAttributeValue]-?: Reader } = {
  ValueString: text(0, 1024),
  ValueMap: readSegmentAttributes,
  // A 32-bit integer is the only value that `| 0` leaves unchanged.
  ValueInteger: checked(value => value === (Number(value) | 0), 'a whole number of 32 bits'),
  ValueList(member, value) {
    const items = checked<unknown[]>(Array.isArray, 'a list')(member, value);
    return items.map((item, index) => readValue(`${member}[${index}]`, item));
  },
  ValueArn(member, value) {
    if (/^arn(:[^:]*){4}:./.test(text(0, 1024)(member, value))) return value;
    throw invalid(`${member} must be an ARN.`);
  },
};

/** Checks segment attributes, and drops the members that no form has. */
export function readSegmentAttributes(member: string, attributes: unknown): Record<string, SegmentAttributeValue> {
  const entries = Object.entries(object(member, attributes)).map(([name, value]) => {
    if (/^(connect:)?[\w-]+$/.test(name) && name.length <= 128) return [name, readValue(`${member}.${name}`, value)];
    throw invalid(
      `"${name}" is not the name of a segment attribute: 1 to 128 letters, digits, "-" and "_", after "connect:".`,
    );
  });
  return Object.fromEntries(entries);
}

/** Assumed: a value has at least one form, and may have several. */
function readValue(member: string, value: unknown): SegmentAttributeValue {
  const members: Members = Object(value);
  const given = Object.entries(FORMS).filter(([form]) => members[form] !== undefined);
  if (given.length === 0) throw invalid(`${member} must have one of ${Object.keys(FORMS).join(', ')}.`);
  return Object.fromEntries(given.map(([form, read]) => [form, read(`${member}.${form}`, members[form])]));
}
