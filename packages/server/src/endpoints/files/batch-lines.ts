import type { Usage } from '@tollgate/wire/ir/usage';
import { parseJson } from '@tollgate/wire/json/exact';
import { at, isObject, numberAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import { defaultJsonLimits, readJson } from '@tollgate/wire/json/read';
import { render } from '@tollgate/wire/json/render';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { readResponsesUsage } from '@tollgate/wire/protocols/openai-responses/usage';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { BatchFacts } from '../../domain/stored-object.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { PartContent } from '../../relay/receive/multipart/parts.ts';

/** Where requests of a batch may go: what is paid in tokens. https://platform.openai.com/docs/api-reference/batch/create */
export const batchUrls: ReadonlySet<string> = new Set([
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/moderations',
]);

/** Those that put out nothing that is paid in tokens. */
const inputOnly: ReadonlySet<string> = new Set(['/v1/embeddings', '/v1/moderations']);

/** A line is read within some milliseconds: four million bytes of text are as many as models take, beside media in base64. */
export const lineLimits = { ...defaultJsonLimits, maxValues: 100_000, maxText: 4 << 20 } as const;

const maxLineBytes = 16 << 20;
/** OpenAI's own limit. */
const maxLines = 50_000;

/** Results may have pictures in them. */
const maxResultBytes = 128 << 20;

/** Bytes in pieces, of which whole lines are handed on. */
export type Lines = {
  push(piece: Uint8Array): void;
  end(): void;
  /** What the last line has so far. */
  rest(): Uint8Array;
  /** Forgets what the last line has so far. */
  drop(): void;
  /** What is held in memory of the last line. */
  readonly heldBytes: number;
};

/** Takes bytes in pieces and hands on their lines, without their ends; empty ones are left out. */
export function openLines(each: (line: Uint8Array) => void, most = maxLineBytes): Lines {
  // One buffer that doubles: a line that comes a byte at a time takes no more than its bytes.
  let held = nothing;
  let size = 0;
  const tell = (line: Uint8Array): void => {
    if (!isBlank(line)) each(line);
  };
  const hold = (more: Uint8Array): void => {
    if (size + more.byteLength > most) throw wrong(`A line has more than ${most >> 20} MiB.`);
    if (size + more.byteLength > held.byteLength) {
      const larger = new Uint8Array(Math.max(held.byteLength * 2, size + more.byteLength));
      larger.set(held.subarray(0, size));
      held = larger;
    }
    held.set(more, size);
    size += more.byteLength;
  };
  const drop = (): void => {
    held = nothing;
    size = 0;
  };
  return {
    push(piece) {
      let start = 0;
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
        const line = Buffer.concat([held.subarray(0, size), piece.subarray(start, end)]);
        drop();
        start = end + 1;
        tell(line);
      }
      hold(piece.subarray(start));
    },
    end() {
      const line = held.slice(0, size);
      drop();
      tell(line);
    },
    rest: () => held.slice(0, size),
    drop,
    get heldBytes() {
      return held.byteLength;
    },
  };
}

const nothing = new Uint8Array();

/** The same of pieces that are still to come. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const lines = openLines((line) => ready.push(line));
  for await (const piece of pieces) {
    lines.push(piece);
    yield* ready.splice(0);
  }
  lines.end();
  yield* ready;
}

const isBlank = (line: Uint8Array): boolean => line.every((byte) => byte === 32 || byte === 13 || byte === 9);

const wrong = (message: string): Refusal => new Refusal('invalid_request', message, { param: 'file' });

/**
 * Reads the requests of a batch: that each is one, that all are of one model and go to one place (as OpenAI wants it), and an
 * upper estimate of what they come to. Throws the refusal that names the first line at fault.
 */
export async function readBatchLines(content: PartContent, holdOutputTokens: number): Promise<BatchFacts> {
  let model: string | undefined;
  let url: string | undefined;
  let lines = 0;
  let inputEstimate = 0;
  let maxOutputTokens = 0;
  for await (const bytes of linesOf(content.read())) {
    lines++;
    if (lines > maxLines) throw wrong(`The file has more than ${maxLines} requests.`);
    const { json, body } = lineOf(bytes, lines);
    const its = textAt(body, 'model');
    const to = textAt(json, 'url');
    if (its === undefined || its === '') throw wrong(`Line ${lines}: "body.model" must be a non-empty string.`);
    if (to === undefined || !batchUrls.has(to))
      throw wrong(`Line ${lines}: "url" must be one of ${[...batchUrls].join(', ')}.`);
    if (at(json, 'custom_id') === undefined) throw wrong(`Line ${lines}: "custom_id" is missing.`);
    if ((model ?? its) !== its) throw wrong(`Line ${lines}: all requests of a file must be of one model.`);
    if ((url ?? to) !== to) throw wrong(`Line ${lines}: all requests of a file must have one "url".`);
    model = its;
    url = to;
    inputEstimate += estimateInput(body);
    maxOutputTokens += inputOnly.has(to) ? 0 : mostOf(body, holdOutputTokens);
  }
  if (model === undefined || url === undefined) throw wrong('The file has no requests.');
  return { model, url, lines, inputEstimate, maxOutputTokens };
}

export function lineOf(bytes: Uint8Array, number: number): { readonly json: JsonObject; readonly body: JsonObject } {
  const read = readJson(bytes, lineLimits);
  if ('failure' in read) throw wrong(`Line ${number}: ${read.message}`);
  const { json } = read;
  const body = isObject(json) ? objectAt(json, 'body') : undefined;
  if (!isObject(json) || !body) throw wrong(`Line ${number}: a request is an object with a "body".`);
  if (read.duplicateKeys) throw wrong(`Line ${number}: a key stands twice in an object.`);
  return { json, body };
}

function mostOf(body: JsonObject, otherwise: number): number {
  const most =
    numberAt(body, 'max_completion_tokens') ?? numberAt(body, 'max_tokens') ?? numberAt(body, 'max_output_tokens');
  const choices = numberAt(body, 'n') ?? 1;
  return Math.ceil(Math.max(0, most ?? otherwise) * Math.max(1, choices));
}

/** The same requests by the model's name upstream. What of them does not change keeps its bytes. */
export async function withUpstreamModel(content: PartContent, model: string): Promise<PartContent> {
  const read = async function* (): AsyncGenerator<Uint8Array> {
    let number = 0;
    for await (const bytes of linesOf(content.read())) {
      const { json, body } = lineOf(bytes, ++number);
      yield Buffer.concat([render(bytes, json, { ...json, body: { ...body, model } }), Buffer.from('\n')]);
    }
  };
  let size = 0;
  for await (const piece of read()) size += piece.byteLength;
  return { size, read };
}

/** What a request of a batch used, with the name by which it was given, and the geography that it was kept within, if its answer names one. */
export type UsedLine = { readonly name: string; readonly usage: Usage; readonly geo?: string | undefined };

/** Collects what the results of a batch say that its requests used; undefined when none says anything. */
export function openResults(usedBy: (line: JsonObject) => UsedLine | undefined): {
  push(piece: Uint8Array): void;
  end(): readonly UsedLine[] | undefined;
} {
  const all: UsedLine[] = [];
  const decoder = new TextDecoder();
  const lines = openLines((bytes) => {
    const line = parseJson(decoder.decode(bytes));
    const used = isObject(line) ? usedBy(line) : undefined;
    if (used) all.push(used);
  }, maxResultBytes);
  return {
    push: (piece) => lines.push(piece),
    end() {
      lines.end();
      return all.length === 0 ? undefined : all;
    },
  };
}

/** As Chat Completions and embeddings report it, or as Responses do; so does a batch itself. */
export function readUsage(raw: JsonObject | undefined): Usage | undefined {
  if (!raw) return undefined;
  return at(raw, 'prompt_tokens') === undefined ? readResponsesUsage(raw) : readChatUsage(raw);
}
