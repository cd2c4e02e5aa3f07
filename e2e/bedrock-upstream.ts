import { createHash, createHmac } from 'node:crypto';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { SignatureV4 } from '@smithy/signature-v4';

/** What a test's Bedrock was asked. */
export type ConverseAsk = {
  readonly path: string;
  readonly stream: boolean;
  /** The last text of the conversation. */
  readonly text: string;
  readonly body: ConverseBody;
  readonly headers: Headers;
};

type Block = { readonly text?: string } & Readonly<Record<string, unknown>>;
export type ConverseBody = {
  readonly messages: readonly { readonly role: string; readonly content: readonly Block[] }[];
} & Readonly<Record<string, unknown>>;

export type AwsKey = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

export type BedrockUpstream = {
  readonly url: string;
  readonly asked: readonly ConverseAsk[];
  stop(): Promise<void>;
};

/** The hash that AWS's signer wants given. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : Buffer.from(data as Uint8Array));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
  reset(): void {}
}

/**
 * A Bedrock on a free port, made of AWS's own signer and AWS's own encoder of event streams. It answers by `answer` who
 * signed with `key` for `region` or brings `apiKey`, and refuses anybody else as AWS does.
 */
export function startBedrock(options: {
  readonly key: AwsKey;
  readonly region: string;
  readonly apiKey: string;
  answer(ask: ConverseAsk): Response | Promise<Response>;
}): BedrockUpstream {
  const { key, region, apiKey } = options;
  const asked: ConverseAsk[] = [];
  const signer = new SignatureV4({
    credentials: key,
    region,
    service: 'bedrock',
    sha256: Sha256,
    applyChecksum: false,
  });

  /** Signs what arrived once more and compares. */
  async function isSigned(request: Request, body: Uint8Array): Promise<boolean> {
    const authorization = request.headers.get('authorization') ?? '';
    if (authorization === `Bearer ${apiKey}`) return true;
    const names = /SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';') ?? [];
    const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(request.headers.get('x-amz-date') ?? '');
    if (!date || !names.includes('host')) return false;
    const [, ...parts] = date.map(Number);
    const [year = 0, month = 0, ...rest] = parts;
    const signingDate = new Date(Date.UTC(year, month - 1, ...rest));
    if (Math.abs(Date.now() - signingDate.getTime()) > 5 * 60_000) return false;
    const { protocol, hostname, port, pathname } = new URL(request.url);
    const headers = Object.fromEntries(names.map((name) => [name, request.headers.get(name) ?? '']));
    const signed = await signer.sign(
      { method: request.method, protocol, hostname, port: Number(port), path: pathname, query: {}, headers, body },
      { signingDate },
    );
    return signed.headers['authorization'] === authorization;
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      if (!(await isSigned(request, bytes)))
        return refusal(403, 'InvalidSignatureException', 'The request signature we calculated does not match.');
      const path = new URL(request.url).pathname;
      const body = JSON.parse(new TextDecoder().decode(bytes)) as ConverseBody;
      const blocks = body.messages.flatMap((message) => (message.role === 'user' ? message.content : []));
      const text = blocks.findLast((block) => typeof block.text === 'string')?.text ?? '';
      const ask = { path, stream: path.endsWith('/converse-stream'), text, body, headers: request.headers };
      asked.push(ask);
      return options.answer(ask);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, asked, stop: () => server.stop(true) };
}

/** An error as Bedrock answers it: its name is in a header. */
export function refusal(status: number, name: string, message: string): Response {
  return Response.json({ message }, { status, headers: { 'x-amzn-errortype': `${name}:http://internal.amazon.com/` } });
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (input: Uint8Array | string): string =>
  typeof input === 'string' ? input : new TextDecoder().decode(input);
const codec = new EventStreamCodec(decode, encode);

/** One message of the event stream, by AWS's own encoder. */
export function message(type: string, payload: object): Uint8Array {
  const exception = type.endsWith('Exception');
  const header = (value: string) => ({ type: 'string', value }) as const;
  return codec.encode({
    headers: {
      [exception ? ':exception-type' : ':event-type']: header(type),
      ':content-type': header('application/json'),
      ':message-type': header(exception ? 'exception' : 'event'),
    },
    body: encode(JSON.stringify(payload)),
  });
}

const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };

/** A whole answer of these blocks, with its usage of 10 and 5 tokens. */
export const whole = (content: readonly object[], stopReason: string): Response =>
  Response.json({ output: { message: { role: 'assistant', content } }, stopReason, usage, metrics: { latencyMs: 1 } });

/** The same blocks as messages of a stream, texts and arguments in pieces. */
export function streamOf(content: readonly Block[], stopReason: string): readonly Uint8Array[] {
  const messages = [message('messageStart', { role: 'assistant' })];
  for (const [contentBlockIndex, block] of content.entries()) {
    const delta = (piece: object): void => {
      messages.push(message('contentBlockDelta', { contentBlockIndex, delta: piece }));
    };
    if (block.text !== undefined) for (const text of halves(block.text)) delta({ text });
    const toolUse = block['toolUse'] as { toolUseId: string; name: string; input: object } | undefined;
    if (toolUse) {
      const { input, ...start } = toolUse;
      messages.push(message('contentBlockStart', { contentBlockIndex, start: { toolUse: start } }));
      for (const piece of halves(JSON.stringify(input))) delta({ toolUse: { input: piece } });
    }
    const thought = block['reasoningContent'] as { reasoningText: { text: string; signature: string } } | undefined;
    if (thought) {
      delta({ reasoningContent: { text: thought.reasoningText.text } });
      delta({ reasoningContent: { signature: thought.reasoningText.signature } });
    }
    messages.push(message('contentBlockStop', { contentBlockIndex }));
  }
  messages.push(message('messageStop', { stopReason }), message('metadata', { usage, metrics: { latencyMs: 1 } }));
  return messages;
}

const halves = (text: string): readonly string[] => [text.slice(0, text.length >> 1), text.slice(text.length >> 1)];

/** Messages as they could come: in chunks that end anywhere. */
export function streamed(messages: readonly Uint8Array[]): Response {
  const bytes = Buffer.concat(messages);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (let at = 0; at < bytes.length; at += 61) {
        controller.enqueue(new Uint8Array(bytes.subarray(at, at + 61)));
        if (at % 5 === 0) await Bun.sleep(0);
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/vnd.amazon.eventstream' } });
}
