import { announcedBytes, type BodyReader } from '../receive/read-pieces.ts';
import { openClientStream } from './client-stream.ts';

/** What is left of a body no longer than this comes with its head, or just behind it. */
const slightBytes = 1 << 20;

/** Enough for who only now looks at the answer; a client that sends on beyond it is cut off. */
const drainBytes = 16 << 20;
const drainMs = 2000;

/**
 * The answer to a request of which nobody wants the rest of the body. It leaves at once. Behind it a little is still taken,
 * because most clients send on for a while and would see a broken pipe instead of the answer; then the connection is closed.
 * Left to itself, the server would read on to the end, be it a terabyte.
 */
export function answerUnread(
  request: Request,
  text: string,
  init: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Response {
  const reader = unreadOf(request);
  if (!reader) return new Response(text, init);
  const stream = openClientStream(() => undefined);
  stream.write(new TextEncoder().encode(text));
  drain(reader).then(stream.close, stream.close);
  return new Response(stream.body, { status: init.status, headers: { ...init.headers, connection: 'close' } });
}

/** The same of an answer that is made already. */
export async function leaveUnread(request: Request, response: Response): Promise<Response> {
  if (!mayBeLong(request)) return response;
  const { status, headers } = response;
  return answerUnread(request, await response.text(), { status, headers: Object.fromEntries(headers) });
}

function mayBeLong(request: Request): boolean {
  const announced = announcedBytes(request);
  return announced === undefined ? request.headers.has('transfer-encoding') : announced > slightBytes;
}

function unreadOf(request: Request): BodyReader | undefined {
  if (!mayBeLong(request)) return undefined;
  const { body } = request;
  return body && !body.locked ? body.getReader() : undefined;
}

async function drain(reader: BodyReader): Promise<void> {
  let left = drainBytes;
  const timer = setTimeout(() => {
    left = 0;
    void reader.cancel().catch(() => undefined);
  }, drainMs);
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value?.byteLength ?? 0;
    }
  } finally {
    clearTimeout(timer);
  }
}
