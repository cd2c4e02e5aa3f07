import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { SocksProxyAgent } from 'socks-proxy-agent';
import { createBodyDecoder } from './decode-body.ts';
import type { BodyDecoder } from './decode-body.ts';
import { BodyFailure, failureOf } from './failure.ts';
import { sendBody } from './send-body.ts';
import type { BodySender } from './send-body.ts';
import type { StreamedBody, TransportCause, UpstreamCall, UpstreamHandler, UpstreamRequest } from './upstream.ts';

/** One call through a SOCKS proxy, by `node:http`. `done` is called when it is over, however it ends. */
export function sendThroughSocks(
  request: UpstreamRequest,
  handler: UpstreamHandler,
  agent: SocksProxyAgent,
  ca: string | undefined,
  done: () => void,
): UpstreamCall {
  let over = false;
  let paused = false;
  let message: IncomingMessage | undefined;
  let decoder: BodyDecoder | undefined;
  let sending: BodySender | undefined;

  const finish = (): boolean => {
    if (over) return false;
    over = true;
    sending?.stop();
    done();
    return true;
  };
  const fail = (error: unknown): void => {
    if (!finish()) return;
    const failure = failureOf(error, message === undefined ? 'connect' : 'cut');
    handler.fail(failure.cause, failure.message);
  };

  const { origin } = request;
  const outgoing = (origin.tls ? requestHttps : requestHttp)(
    {
      host: origin.host,
      port: origin.port,
      path: request.path,
      method: request.method,
      agent,
      timeout: 0,
      headers: {
        'accept-encoding': 'identity',
        ...request.headers,
        ...(request.body?.byteLength === undefined ? {} : { 'content-length': String(request.body.byteLength) }),
      },
      ...(ca === undefined ? {} : { ca }),
    },
    (answer) => {
      message = answer;
      if (over) return;
      // An upstream that refuses the request wants no more of it (RFC 9112 section 9.5).
      if ((answer.statusCode ?? 0) >= 300) sending?.stop();
      const headers = new Map<string, string>();
      for (const [name, value] of Object.entries(answer.headers)) {
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
      }
      const end = (): void => {
        // One that answered before the whole request was sent is in the middle of it, and carries no other.
        if (!outgoing.writableEnded) outgoing.destroy();
        if (finish()) handler.end();
      };
      const data = (chunk: Uint8Array): void => {
        if (!over) handler.data(chunk);
      };
      const coding = headers.get('content-encoding');
      if (coding !== undefined && coding !== 'identity') {
        const refuse = (cause: TransportCause, text: string): void => {
          outgoing.destroy();
          if (finish()) handler.fail(cause, text);
        };
        decoder = createBodyDecoder(coding, { data, end, fail: refuse });
        if (decoder === undefined) return refuse('protocol', 'the upstream used a content coding it was not asked for');
        headers.delete('content-encoding');
        headers.delete('content-length');
      }
      handler.head(answer.statusCode ?? 0, headers);
      answer.on('data', (chunk: Buffer) => {
        if (decoder === undefined) data(chunk);
        else decoder.push(chunk);
      });
      answer.on('end', () => {
        if (!answer.complete) fail(new Error('the upstream closed before the end of its answer'));
        else if (decoder === undefined) end();
        else decoder.finish();
      });
      answer.on('error', fail);
      answer.on('aborted', () => fail(new Error('the upstream closed before the end of its answer')));
      if (paused) answer.pause();
    },
  );
  outgoing.on('error', fail);
  if (request.body === undefined || request.body instanceof Uint8Array) outgoing.end(request.body);
  else sending = stream(request.body, outgoing, handler);

  return {
    abort() {
      if (!finish()) return;
      decoder?.drop();
      outgoing.destroy();
    },
    pause() {
      paused = true;
      message?.pause();
      decoder?.pause();
    },
    resume() {
      paused = false;
      message?.resume();
      decoder?.resume();
    },
  };
}

/** Writes a streamed body; node frames it as the headers say. */
function stream(body: StreamedBody, outgoing: ClientRequest, { sent }: UpstreamHandler): BodySender {
  const sender = sendBody(body, false, {
    write(part) {
      if (outgoing.destroyed) return 'closed';
      return outgoing.write(part) ? 'taken' : 'full';
    },
    sent,
    done: () => void outgoing.end(),
    fail: (message) => void outgoing.destroy(new BodyFailure(message)),
  });
  outgoing.on('drain', () => sender.drained());
  outgoing.on('close', () => sender.stop());
  return sender;
}
