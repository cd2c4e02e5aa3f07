/**
 * The least a relay in this language can do, as a point of reference: key hash, JSON parse, the gateway's own HTTP
 * client (or `fetch`), a direct stream out. No limits, no money, no log. Arguments: port, upstream port, `own` or `fetch`.
 */
import { createUpstreamClient } from '@tollgate/server/upstream/client';
import { createFetchClient } from '@tollgate/server/upstream/fetch-client';
import type { Origin, UpstreamCall } from '@tollgate/server/upstream/upstream';

const [port = '0', upstreamPort = '0', kind = 'own'] = process.argv.slice(2);
const client = kind === 'fetch' ? createFetchClient() : createUpstreamClient();
const origin: Origin = { tls: false, host: '127.0.0.1', port: Number(upstreamPort), proxy: undefined };
const headers = { authorization: 'Bearer sk-upstream', 'content-type': 'application/json', accept: '*/*' };
const keys = new Set([hashOf('Bearer sk-bench')]);
const decoder = new TextDecoder();

function hashOf(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex');
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(port),
  idleTimeout: 0,
  async fetch(request) {
    if (!keys.has(hashOf(request.headers.get('authorization') ?? ''))) return new Response(undefined, { status: 401 });
    const body = await request.bytes();
    const asked: unknown = JSON.parse(decoder.decode(body));
    const stream = typeof asked === 'object' && asked !== null && 'stream' in asked && asked.stream === true;
    return await (stream ? relayStream(body) : relayWhole(body));
  },
});

function relayWhole(body: Uint8Array): Promise<Response> {
  return new Promise((resolve) => {
    const parts: Uint8Array[] = [];
    let status = 502;
    let type = 'application/json';
    client.send(request(body), {
      head(code, answer) {
        status = code;
        type = answer.get('content-type') ?? type;
      },
      data: (chunk) => void parts.push(chunk),
      end() {
        const whole = parts.length === 1 ? parts[0] : Buffer.concat(parts);
        resolve(new Response(whole as Uint8Array<ArrayBuffer>, { status, headers: { 'content-type': type } }));
      },
      fail: (cause) => resolve(new Response(cause, { status: 502 })),
    });
  });
}

function relayStream(body: Uint8Array): Promise<Response> {
  return new Promise((resolve) => {
    let controller: ReadableStreamDirectController | undefined;
    let early: Uint8Array[] = [];
    let ended = false;
    let release: () => void = () => {};
    const finish = (): void => {
      ended = true;
      if (controller === undefined) return;
      void controller.end();
      release();
    };
    const call: UpstreamCall = client.send(request(body), {
      head(status, answer) {
        const out = new ReadableStream({
          type: 'direct',
          pull(given) {
            controller = given;
            for (const chunk of early) void given.write(chunk);
            early = [];
            if (ended) {
              void given.end();
              return;
            }
            void given.flush();
            return new Promise<void>((done) => {
              release = done;
            });
          },
          cancel() {
            call.abort();
            release();
          },
        });
        resolve(new Response(out, { status, headers: { 'content-type': answer.get('content-type') ?? '' } }));
      },
      data(chunk) {
        if (controller === undefined) {
          early.push(chunk);
          return;
        }
        const wrote: unknown = controller.write(chunk);
        void controller.flush();
        if (wrote instanceof Promise) {
          call.pause();
          void wrote.then(() => call.resume());
        }
      },
      end: finish,
      fail(cause) {
        resolve(new Response(cause, { status: 502 }));
        finish();
      },
    });
  });
}

function request(body: Uint8Array): Parameters<typeof client.send>[0] {
  return { origin, method: 'POST', path: '/v1/chat/completions', headers, body, connectTimeoutMs: 5000 };
}

process.on('SIGTERM', () => {
  void server.stop(true);
  process.exit(0);
});
