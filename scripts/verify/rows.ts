/** A line of the acceptance test's table. */
export interface Row {
  /** The id of an assumption in docs/design.md. */
  id?: string;
  what: string;
  expected: string;
  seen: string;
  /** `undefined` if neither was seen. */
  holds: boolean | undefined;
  /** Whether the test fails if it does not hold: a promise, or an assumption that the code depends on. */
  required: boolean;
}

/** The assumptions of docs/design.md; `needs` is why this test cannot try one. */
export const ASSUMPTIONS = {
  A1: { what: 'a refused request does not use up its ClientToken' },
  A2: { what: 'Amazon Connect often answers within 350 ms', needs: 'the log of a throttled day' },
  A3: { what: 'a chat that is open, and one that just ended if it is refused, gets a 400' },
  A4: { what: 'ListAssociatedContacts lists the transfers of a chat', needs: 'an agent' },
  A5: { what: 'its quota is the default for operations', needs: 'Service Quotas' },
  A6: { what: 'one past chat may be continued by two chats at once' },
  A7: { what: 'an ended chat without messages can be continued' },
  A8: { what: 'a chat that nobody connected to runs its flow' },
  A9: { what: "inside a module, $.External is the result of the module's own function" },
  A10: { what: 'a contact attribute may be written with an empty reference' },
  A11: { what: 'an input that was not given ($.Modules.Input) is empty' },
  A12: { what: 'a reference inside the text of "Play prompt" is resolved', needs: 'somebody who reads the prompt' },
  A14: { what: 'the Lambda event shows the customer id that the flow set', needs: 'a flow that sets one' },
  A15: { what: 'a linked contact gets a copy of attributes, not of the customer id' },
  A16: { what: 'an SMS endpoint is the same in event and DescribeContact', needs: 'an SMS number' },
  A17: { what: 'in an alarm, FILL(m, 0) counts a metric without points as 0', needs: 'an alarm that starts' },
  A18: { what: 'DynamoDB answers sooner than Amazon Connect', needs: 'the log of cold starts' },
  A19: { what: 'a message from the customer does not end a Wait block' },
  A20: {
    what: 'a server links a chat to an ended one only to make it persistent',
    needs: 'a chat that is linked otherwise',
  },
  A21: { what: 'the event of a linked contact shows the link', needs: 'a function that logs its event' },
  A22: { what: 'a contact shows that its endpoint was deleted', needs: 'an SMS number' },
  A23: { what: "CloudWatch's band follows the share of each time of day", needs: 'three weeks of chats' },
  A24: { what: 'chat.ended is in a transcript where a session ended', needs: 'an agent and a survey' },
  A25: { what: 'asking for connection credentials again changes nothing', needs: 'a page in a browser' },
} as const satisfies Record<string, { what: string; needs?: string }>;

export type AssumptionId = keyof typeof ASSUMPTIONS;

/** A row's result, in a word or two. */
export function resultOf({ holds, required }: Row): string {
  if (holds === undefined) return '-';
  if (holds) return 'holds';
  return required ? 'FAILS' : 'false; nothing depends on it';
}

/** Characters of each column: with two spaces between them, 117. */
const WIDTHS = [3, 36, 28, 31, 11];

export const HEAD = tableRow(['', 'What', 'Expected', 'Seen', 'Result']);

export function lineOf(row: Row): string {
  return tableRow([row.id ?? '', row.what, row.expected, row.seen, resultOf(row)]);
}

/** Cells side by side, each on as many lines as it needs. */
function tableRow(cells: readonly string[]): string {
  const columns = WIDTHS.map((width, column) => ({ width, lines: wrap(cells[column] ?? '', width) }));
  const height = Math.max(...columns.map(({ lines }) => lines.length));
  const lineAt = (n: number) => columns.map(({ width, lines }) => (lines[n] ?? '').padEnd(width)).join('  ');
  return Array.from({ length: height }, (_, n) => lineAt(n).trimEnd()).join('\n');
}

/** Breaks a text into lines of this width, at spaces if possible. */
function wrap(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S{1,${width}}`, 'g')) ?? [];
}
