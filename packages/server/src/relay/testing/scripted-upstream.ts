import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived at the upstream. */
export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: unknown;
};

/** What the upstream does with one request. */
export type Behaviour = (response: ServerResponse, received: Received) => void | Promise<void>;

/** A provider played by a script, on a real socket. For tests. */
export type ScriptedUpstream = {
  readonly baseUrl: string;
  readonly received: Received[];
  /** Connections the gateway tore down before the answer was whole. */
  readonly tornDown: () => number;
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
};

export async function openScriptedUpstream(first: Behaviour = wholeAnswer('Hello')): Promise<ScriptedUpstream> {
  let behaviour = first;
  let torn = 0;
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const method = request.method ?? '';
      const one: Received = { method, path: request.url ?? '', headers: request.headers, text, json: parse(text) };
      received.push(one);
      response.on('close', () => {
        if (!response.writableFinished) torn++;
      });
      void behaviour(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    received,
    tornDown: () => torn,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const usageOf = (prompt: number, completion: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/** A whole chat completion, with usage unless it is null. */
export function wholeAnswer(text: string, usage: object | null = usageOf(10, 5)): Behaviour {
  return (response) => {
    const message = { role: 'assistant', content: text };
    const body = {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      ...(usage && { usage }),
    };
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-upstream': 'secret-host' })
      .end(JSON.stringify(body));
  };
}

/** An answer with a status and a body of the upstream's own. */
export const answer =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

export const frame = (value: unknown): string =>
  `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;

export const delta = (text: string) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content: text }, finish_reason: null }],
});
export const finish = (reason = 'stop') => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: {}, finish_reason: reason }],
});
export const usageChunk = (prompt: number, completion: number) => ({
  object: 'chat.completion.chunk',
  choices: [],
  usage: usageOf(prompt, completion),
});

/** A stream of given frames, with a pause before each; `cut` destroys the socket instead of ending it. */
export function streamAnswer(
  frames: readonly string[],
  options: { readonly gapMs?: number; readonly cut?: boolean } = {},
): Behaviour {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const text of frames) {
      if (options.gapMs) await Bun.sleep(options.gapMs);
      if (response.destroyed) return;
      response.write(text);
    }
    if (options.cut) {
      await Bun.sleep(5);
      response.destroy();
    } else response.end();
  };
}
