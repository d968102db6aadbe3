import { invalid } from './answer.ts';

/**
 * The page of a list that `maxResults` and `nextToken` ask for.
 *
 * @param list names the list: a token is valid only for the list that it was given for
 * @param largest the most items that a page may have, and the default of `maxResults`
 */
export function pageOf<Item>(items: readonly Item[], list: string, query: URLSearchParams, largest: number) {
  const size = query.get('maxResults') ?? `${largest}`;
  if (!/^\d+$/.test(size) || Number(size) < 1 || Number(size) > largest) {
    throw invalid(`maxResults must be a whole number from 1 to ${largest}.`);
  }
  const tokenOf = (start: number) => Buffer.from(`${start} ${list}`).toString('base64url');
  const token = query.get('nextToken') ?? tokenOf(0);
  const start = Number.parseInt(Buffer.from(token, 'base64url').toString(), 10);
  if (tokenOf(start) !== token)
    throw invalid('nextToken must be the NextToken of an earlier answer for the same list.');
  const end = start + Number(size);
  return { page: items.slice(start, end), NextToken: end < items.length ? tokenOf(end) : undefined };
}
