import { text } from 'node:stream/consumers';
import { findOperation } from '../../local/connect/operations.ts';
import { forward, listen } from './server.ts';

/**
 * How a request fails: it is carried out and its answer is lost, it is lost itself, or its answer is an error or none; or
 * it is the last one that succeeds, because nobody listens after that.
 */
export type Way = 'lost' | 'dead' | keyof typeof ERRORS | 'hanging' | 'last';

const ERRORS = {
  denied: [403, 'AccessDeniedException'],
  refused: [400, 'InvalidRequestException'],
  throttled: [429, 'ThrottlingException'],
} as const;

/** Stands between a client and a service of its own, and decides for each operation what goes wrong on the way. */
export async function startFaultyWay(to: string, wayOf: (operation: string) => Way | undefined) {
  const way = await listen(async (request, response) => {
    const { method = '', url = '' } = request;
    const body = await text(request);
    const fault = wayOf(findOperation(method, url.split('?')[0] ?? '')?.operation ?? url);
    if (fault === 'hanging') return;
    if (fault === 'dead') return void request.socket.resetAndDestroy();
    if (fault && fault in ERRORS) {
      const [status, type] = ERRORS[fault as keyof typeof ERRORS];
      return void response.writeHead(status, { 'x-amzn-errortype': type }).end('{"Message":"On the way"}');
    }
    if (fault === 'last') response.setHeader('connection', 'close').once('finish', () => way.close());
    await forward(request, body, to, response, { lost: fault === 'lost' });
  });
  return way;
}
