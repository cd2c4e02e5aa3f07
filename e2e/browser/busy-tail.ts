/** A page of the log, as far as it is handed on. */
type LogPage = { readonly data: readonly Readonly<Record<string, unknown>>[] };

/** Requests that end in a second, and how often the gateway tells of them. */
const perSecond = 200;
const everyMs = 200;

/**
 * Stands in front of a gateway and passes everything on, but for the stream of requests as they end: of those it tells 200 a
 * second, which are the gateway's own latest under new ids. So the browser is measured, and not two cores that also serve the
 * traffic.
 */
export function busyTail(gateway: string): {
  readonly url: string;
  /** How many requests the stream has told of. */
  told(): number;
  stop(): Promise<void>;
} {
  let told = 0;
  const nextId = (): string => {
    told += 1;
    return idOf(told);
  };
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const pass = { headers: { cookie: request.headers.get('cookie') ?? '' }, signal: request.signal };
      if (pathname !== '/api/v1/requests/tail')
        return await fetch(gateway + pathname + search, { ...pass, decompress: false });
      const answer = await fetch(`${gateway}/api/v1/requests?userId=all&limit=100`, pass);
      const { data } = (await answer.json()) as LogPage;
      if (data.length === 0) throw new Error('there are no requests to tell of');
      return new Response(events(data, nextId, request.signal), { headers: { 'content-type': 'text/event-stream' } });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, told: () => told, stop: async () => await server.stop(true) };
}

/** Ids sort by their time; these come after all that there are. */
const idOf = (number: number): string => `req_z${String(number).padStart(9, '0')}`;

function events(
  samples: readonly Readonly<Record<string, unknown>>[],
  nextId: () => string,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let from = 0;
  return new ReadableStream({
    start(controller) {
      const timer = setInterval(() => {
        const at = Date.now();
        const requests = Array.from({ length: (perSecond * everyMs) / 1000 }, (_, index) => ({
          // Others each time, or the same rows would be drawn over themselves.
          ...samples[(from + index) % samples.length],
          id: nextId(),
          at,
        }));
        from += requests.length;
        controller.enqueue(encoder.encode(`data: ${JSON.stringify({ requests, missed: 0 })}\n\n`));
      }, everyMs);
      signal.addEventListener('abort', () => {
        clearInterval(timer);
        controller.close();
      });
    },
  });
}
