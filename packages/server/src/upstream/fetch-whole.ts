import type { UpstreamClient, UpstreamRequest } from './upstream.ts';

export type WholeAnswer = { readonly status: number; readonly body: Uint8Array };

/**
 * Asks, and reads the whole answer, whatever its status. Rejects when it does not come in time, breaks off, or is larger
 * than it may be: for small calls beside the requests of clients.
 */
export function fetchWhole(
  client: UpstreamClient,
  request: UpstreamRequest,
  { timeoutMs, maxBytes }: { readonly timeoutMs: number; readonly maxBytes: number },
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let status = 0;
    const giveUp = (message: string): void => {
      clearTimeout(timer);
      call.abort();
      reject(new Error(message));
    };
    const timer = setTimeout(() => giveUp('no answer in time'), timeoutMs);
    const call = client.send(request, {
      head(answered) {
        status = answered;
      },
      data(chunk) {
        size += chunk.byteLength;
        if (size > maxBytes) giveUp('the answer is too large');
        else chunks.push(chunk);
      },
      end() {
        clearTimeout(timer);
        resolve({ status, body: new Uint8Array(Buffer.concat(chunks)) });
      },
      fail(cause, message) {
        clearTimeout(timer);
        reject(new Error(`${cause}: ${message}`));
      },
    });
  });
}
