import type { Ingress, WriteContext } from '@tollgate/wire/ir/codec';
import { explode } from '@tollgate/wire/ir/explode';
import type { IrEvent } from '@tollgate/wire/ir/event';
import type { IrRequest } from '@tollgate/wire/ir/request';
import type { IrResponse } from '@tollgate/wire/ir/response';
import type { JsonObject } from '@tollgate/wire/protocol';
import { anthropicIngress } from '@tollgate/wire/protocols/anthropic-messages/ingress';
import { geminiIngress } from '@tollgate/wire/protocols/gemini/ingress';
import { chatIngress } from '@tollgate/wire/protocols/openai-chat/ingress';
import { responsesIngress } from '@tollgate/wire/protocols/openai-responses/ingress';
import type { StreamedBody, UpstreamClient, UpstreamHandler, UpstreamRequest } from '../upstream/upstream.ts';
import { channels, models, type CastChannel } from './cast.ts';
import type { MadeFile } from './media/art.ts';
import { mediaReply } from './media/now.ts';
import type { Dice } from './random.ts';
import { storedObjectReply } from './stored-objects.ts';

/**
 * Every provider at once, in this process: nothing leaves it, whatever address a channel has. It answers in the protocol
 * that it is asked in, at the pace of the model, and refuses what the accounts of the cast refuse.
 */
export function openDemoUpstream(dice: Dice): UpstreamClient {
  const open = new Set<() => void>();
  return {
    send(request, handler) {
      const stop = new AbortController();
      const abort = (): void => stop.abort();
      open.add(abort);
      void answer(dice, request, handler, stop.signal)
        .catch((error: unknown) => {
          if (!stop.signal.aborted) handler.fail('protocol', error instanceof Error ? error.message : String(error));
        })
        .finally(() => open.delete(abort));
      return { abort, pause: () => undefined, resume: () => undefined };
    },
    stats: () => ({ active: open.size, idle: 0 }),
    close: () => open.forEach((abort) => abort()),
  };
}

async function answer(
  dice: Dice,
  request: UpstreamRequest,
  handler: UpstreamHandler,
  signal: AbortSignal,
): Promise<void> {
  const body = await readBody(request.body);
  await pause(dice.around(60, 0.4), signal);
  const reply = await replyTo(dice, request, body);
  if (typeof reply === 'string') return handler.fail('connect', reply);
  handler.head(reply.status, new Map(Object.entries({ 'content-type': 'application/json', ...reply.headers })));
  if (reply.bytes !== undefined) handler.data(reply.bytes);
  else if (reply.pieces === undefined) handler.data(encode(JSON.stringify(reply.json)));
  else
    for (const piece of reply.pieces) {
      await pause(reply.gapMs, signal);
      handler.data(encode(piece));
    }
  handler.end();
}

type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly pieces?: readonly string[];
  readonly gapMs: number;
};

async function replyTo(dice: Dice, request: UpstreamRequest, body: Uint8Array): Promise<Reply | string> {
  const refused = refusalOf(dice, request);
  if (refused !== undefined) return refused;
  const media = await mediaReply(request.method, request.path, readJson(body) ?? {});
  if (media) return { status: 200, gapMs: 0, ...('json' in media ? media : fileReply(media.file)) };
  const path = request.path.split('?', 1)[0] ?? '';
  const kept = storedObjectReply(request.method, path);
  if (kept) return { status: 200, gapMs: 0, json: kept };
  if (request.method === 'GET')
    return path.endsWith('/models') ? modelList() : failure(404, 'not_found', 'There is nothing here.');
  const json = readJson(body);
  if (json === undefined) return failure(400, 'invalid_request_error', 'The body is no JSON object.');
  if (path.endsWith('/embeddings')) return embeddings(dice, json);
  const way = ways.find(({ ends }) => ends.test(path));
  if (way === undefined) return failure(404, 'not_found', `The demonstration does not play ${path}.`);
  return conversation(dice, way.ingress, { path, json });
}

const fileReply = ({ mediaType, bytes }: MadeFile) => ({ headers: { 'content-type': mediaType }, bytes });

const ways: readonly { readonly ends: RegExp; readonly ingress: Ingress }[] = [
  { ends: /\/chat\/completions$/, ingress: chatIngress },
  { ends: /\/responses$/, ingress: responsesIngress },
  { ends: /\/messages$/, ingress: anthropicIngress },
  { ends: /:(stream)?generateContent$/i, ingress: geminiIngress },
];

const failure = (
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers,
  json: { error: { type, code: type, message, status: type } },
  gapMs: 0,
});

/** Of the accounts that have trouble; known by the key that a call carries. */
function refusalOf(dice: Dice, { headers, path }: UpstreamRequest): Reply | undefined {
  const said = `${headers['authorization'] ?? ''} ${headers['x-api-key'] ?? ''} ${headers['x-goog-api-key'] ?? ''} ${headers['api-key'] ?? ''} ${path}`;
  const found = channels.find(({ keys }) => keys.some((one) => one !== '' && said.includes(one)));
  if (found === undefined) return undefined;
  const index = found.keys.findIndex((one) => one !== '' && said.includes(one));
  return troubleOf(dice, found, index);
}

function troubleOf(dice: Dice, { now, exhaustedKey, off }: CastChannel, index: number): Reply | undefined {
  if (index === exhaustedKey)
    return failure(400, 'invalid_request_error', 'Your credit balance is too low to access the API.');
  if (off?.by === 'gateway') return failure(401, 'invalid_api_key', 'Invalid API key provided.');
  if (now === 'rate limited')
    return failure(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota of the free tier.', {
      'retry-after': '240',
    });
  if (now === 'degraded' && dice.chance(0.4)) return failure(503, 'service_unavailable', 'The model is overloaded.');
  return undefined;
}

const modelList = (): Reply => ({
  status: 200,
  json: {
    object: 'list',
    data: models.map(({ name }) => ({ id: name, name: `models/${name}`, object: 'model', type: 'model' })),
    models: models.map(({ name }) => ({ name: `models/${name}` })),
  },
  gapMs: 0,
});

function embeddings(dice: Dice, json: JsonObject): Reply {
  const input = Array.isArray(json['input']) ? json['input'] : [json['input']];
  const tokens = Math.ceil(JSON.stringify(input).length / 4);
  const vector = (): number[] => Array.from({ length: 256 }, () => Math.round((dice.roll() - 0.5) * 2000) / 10_000);
  return {
    status: 200,
    json: {
      object: 'list',
      model: json['model'],
      data: input.map((_, index) => ({ object: 'embedding', index, embedding: vector() })),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
    gapMs: 0,
  };
}

function conversation(
  dice: Dice,
  ingress: Ingress,
  { path, json }: { readonly path: string; readonly json: JsonObject },
): Reply {
  const named = /\/models\/([^/:]+):/.exec(path)?.[1];
  const model = named ?? (typeof json['model'] === 'string' ? json['model'] : 'unknown');
  const stream = json['stream'] === true || path.endsWith(':streamGenerateContent');
  const read = ingress.readRequest(json, { operation: 'chat', model, stream });
  if ('invalid' in read) return failure(400, 'invalid_request_error', read.invalid);
  const request = read.value;
  const response = responseTo(dice, request, model);
  const context: WriteContext = {
    requestId: `demo_${dice.whole(1, 1e9).toString(36)}`,
    model,
    created: response.created ?? 0,
    operation: 'chat',
    wantsUsage: true,
    inputEstimate: response.usage?.inputText ?? 0,
    request,
  };
  const speed = models.find(({ name }) => name === model)?.speed ?? 60;
  if (!stream) return { status: 200, json: ingress.writeResponse(response, context).value, gapMs: 0 };
  const writer = ingress.writeEvents(context);
  const pieces = explode(response)
    .flatMap(wordByWord)
    .map((event) => writer.write(event))
    .filter((text) => text !== '');
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, pieces, gapMs: 1300 / Math.max(20, speed) };
}

/** A text as it is streamed. */
function wordByWord(event: IrEvent): readonly IrEvent[] {
  if (event.type !== 'text-delta') return [event];
  return event.text.split(/(?<= )/).map((text) => ({ ...event, text }));
}

function responseTo(dice: Dice, request: IrRequest, model: string): IrResponse {
  const asked = request.messages.findLast(({ role }) => role === 'user')?.parts.find((part) => part.type === 'text');
  const question = asked?.type === 'text' ? asked.text : '';
  const input = Math.ceil(JSON.stringify(request.messages).length / 4);
  const tool = request.tools?.find((one) => one.type === 'function');
  const answered = request.messages.some(({ parts }) => parts.some(({ type }) => type === 'tool-result'));
  const calls = tool !== undefined && !answered && request.toolChoice?.type !== 'none';
  const text = words(dice, model, question);
  const output = calls ? 24 : Math.ceil(text.length / 4);
  return {
    id: `demo-${dice.whole(1, 1e9).toString(36)}`,
    model,
    created: Math.floor(Date.now() / 1000),
    choices: [
      {
        index: 0,
        parts: calls
          ? [
              {
                type: 'tool-call',
                callId: `call_${dice.whole(1, 1e9).toString(36)}`,
                name: tool.name,
                kind: 'function',
                arguments: '{}',
              },
            ]
          : [{ type: 'text', text }],
        finish: { reason: calls ? 'tool-calls' : 'stop' },
      },
    ],
    usage: { inputText: input, outputText: output },
  };
}

const closings = [
  'In short: it depends on what you measure, so measure first and decide afterwards.',
  'A good first step is the smallest one that shows whether the idea holds.',
  'If you tell me more about the case, I can be more precise.',
  'Three things matter here: who asks, how often, and what happens when the answer is late.',
];

function words(dice: Dice, model: string, question: string): string {
  const short = question.length > 160 ? `${question.slice(0, 160)}…` : question;
  return `This is ${model} in the demonstration of Tollgate; no provider was asked. You said: “${short}” ${dice.pick(closings)} ${dice.pick(closings)}`;
}

const encoder = new TextEncoder();
const encode = (text: string): Uint8Array => encoder.encode(text);

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
}

async function readBody(body: Uint8Array | StreamedBody | undefined): Promise<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array) return body ?? new Uint8Array();
  const pieces: Uint8Array[] = [];
  for await (const piece of body.open()) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

function readJson(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
