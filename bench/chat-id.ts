/** The id of the n-th new chat of start.ts. */
export function chatId(n: number): string {
  return `68d454c6-681f-4932-aa84-${String(n).padStart(12, '0')}`;
}
