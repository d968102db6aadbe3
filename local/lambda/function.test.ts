import { afterEach, describe, expect, test } from '@jest/globals';
import * as connect from '../../local/connect/index.ts';
import { contactFlowEvent, type LocalFunction, startFunction } from '../../local/flow-runner/index.ts';
import { invokeAsConnect } from '../../local/flow-runner/invoke-function.ts';
import { eventFile } from '../support/events.ts';
import { fakeClock, functionThat, sampleContact } from './support.ts';

type Data = { Attributes: Record<string, string>; RelatedContactId: unknown };
type Event = { Details: { ContactData: Data; Parameters: object } };
const eventOf = (contact: connect.Contact, parameters = {}) =>
  contactFlowEvent(contact, connect.INSTANCE_ARN, parameters) as Event;

describe("a contact's event", () => {
  // The local Connect keeps neither a name, a queue nor a system endpoint.
  test.each([
    ['from-segment', connect.NEW_CHAT],
    ['sms', connect.NEW_SMS],
    ['transferred-contact', connect.TRANSFERRED_CHAT],
    ['survey-in-disconnect-flow', connect.SURVEY],
    ['voice', connect.VOICE_CALL],
  ])('is events/%s.json for the contact of the sample data', (name, id) => {
    const file = eventFile(name) as Event;
    const { ContactData, Parameters } = file.Details;
    const expected = { ...ContactData, Name: null, Queue: null, SystemEndpoint: null };
    const event = eventOf(sampleContact(id, { Attributes: ContactData.Attributes }), Parameters);
    expect(event).toEqual({ ...file, Details: { ContactData: expected, Parameters } });
  });

  test('says what the chat continues, and has a copy of its attributes', () => {
    const contact = sampleContact(undefined, { RelatedContactId: 'related' });
    const { RelatedContactId, Attributes } = eventOf(contact).Details.ContactData;
    expect(RelatedContactId).toBe('related');
    expect(Attributes).not.toBe(contact.Attributes);
  });
});

describe('an invocation by Amazon Connect', () => {
  const DOWN = new Error('down');
  const invoke = async (...answers: unknown[]) => {
    const { invokeFunction, events } = functionThat(...answers);
    return { ...(await invokeAsConnect(invokeFunction, { an: 'event' }, 8, fakeClock())), events };
  };

  test.each([
    [[{ reason: '' }], 1, { reason: '' }],
    [[DOWN, DOWN, { ok: 'yes' }], 3, { ok: 'yes' }],
    [[DOWN, DOWN, DOWN, { ok: 'yes' }], 3, undefined],
  ])('gives the flow what the function returned, and is repeated where it fails, three in all (%#)', async (...row) => {
    const [answers, count, returned] = row;
    const failures = Array(returned ? count - 1 : count).fill('Error: down');
    expect(await invoke(...answers)).toEqual({ returned, failures, events: Array(count).fill({ an: 'event' }) });
  });

  test('is repeated only within the time limit, with what is left of it', async () => {
    const clock = fakeClock();
    const limits: number[] = [];
    const slow = async (_: unknown, timeLimitMs: number) => {
      limits.push(timeLimitMs);
      await clock.sleep(Math.min(5_000, timeLimitMs));
      throw DOWN;
    };
    expect(await invokeAsConnect(slow, {}, 8, clock)).toMatchObject({ returned: undefined });
    expect(limits).toEqual([8_000, 3_000]);
  });

  const LONG = { long: 'x'.repeat(32 * 1024) };
  test.each([[null], ['text'], [['a list']], [{ number: 1 }], [{ nested: {} }], [{ 'a key': 'with a space' }], [LONG]])(
    'fails once for an answer that is no flat object of strings (%#)',
    async answer => {
      const { returned, failures, events } = await invoke(answer);
      expect([returned, events.length]).toEqual([undefined, 1]);
      expect(failures).toEqual([expect.stringMatching(/STRING_MAP/)]);
    },
  );
});

describe('the built function on this machine', () => {
  const ending: (() => unknown)[] = [];
  afterEach(() => Promise.all(ending.splice(0).map(end => end())));
  const NO_SOURCE = eventOf(sampleContact());

  /** The bundle against a local Connect with these faults. */
  async function start(faults: string[] = []): Promise<LocalFunction> {
    const server = await connect.startLocalConnect({ faults });
    const lambda = startFunction(server.url);
    ending.push(lambda.close, server.close);
    return lambda;
  }

  test('fails with the name of its error, or when the time limit is over, and answers again later', async () => {
    const { invoke } = await start(['DescribeContact:slow=60000*1']);
    await expect(invoke(eventFile('bad-rehydration-type'), 8_000)).rejects.toThrow(/^InvalidRehydrationTypeError: /);
    await expect(invoke(eventFile('entire-past-session'), 300)).rejects.toThrow('No answer within 300 ms.');
    expect(await invoke(NO_SOURCE, 8_000)).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  });

  test('runs invocations at the same time, and fails once it was stopped', async () => {
    const lambda = await start();
    const invoke = () => lambda.invoke(NO_SOURCE, 8_000);
    // The first one's process is idle, and cannot take both of the next two.
    expect(await Promise.all([await invoke(), invoke(), invoke()])).toHaveLength(3);
    lambda.close();
    await expect(invoke()).rejects.toThrow('The function was stopped.');
  });
});
