/** What the account takes from the function's own log line (src/report.ts). */
export interface LogLine {
  ownerVerified?: boolean;
  sourceContactIdFrom?: string;
  storeAttempts?: number;
  describeAttempts?: number;
  listAttempts?: number;
  associationAttempts?: number;
  serviceError?: { operation: string; name: string; message: string };
}

/** The line that says what became of the chat; without one there was an error, or a log level that leaves it out. */
export function findLogLine(output: string): LogLine | undefined {
  for (const line of output.split('\n')) {
    if (line.startsWith('{') && line.includes('"associationStatus"')) return JSON.parse(line);
  }
  return undefined;
}
