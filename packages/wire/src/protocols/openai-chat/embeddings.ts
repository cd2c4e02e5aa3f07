import type { EmbeddingsAnswer, EmbeddingsEgress, EmbeddingsIngress } from '../../ir/embeddings.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { decodeBase64, encodeBase64 } from '../../ir/media.ts';
import { at, compact, isList, isObject, numberAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { readChatUsage } from './usage.ts';

/** OpenAI's embeddings. https://platform.openai.com/docs/api-reference/embeddings */

const known = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);

export const openaiEmbeddingsIngress: EmbeddingsIngress = {
  read(json) {
    const input = at(json, 'input');
    const texts = typeof input === 'string' ? [input] : isList(input) ? input : [];
    if (!texts.every((text) => typeof text === 'string'))
      return { invalid: 'Tokens are understood by their own vendor only; give "input" as text.', param: 'input' };
    const losses = openLossTracker();
    for (const field of Object.keys(restOf(json, known) ?? {})) losses.dropped(field, 'only its own vendor has it');
    return {
      value: { texts, dimensions: numberAt(json, 'dimensions'), purpose: undefined },
      losses: losses.losses,
    };
  },
  write(answer, request, model) {
    const tokens = answer.usage?.inputText ?? 0;
    return {
      object: 'list',
      data: answer.vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: isBase64(request) ? toBase64(vector) : vector,
      })),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  },
};

export const openaiEmbeddingsEgress: EmbeddingsEgress = {
  write: ({ texts, dimensions, purpose }, model) => {
    const losses = openLossTracker();
    if (purpose !== undefined) losses.dropped('purpose', 'vectors are the same for every purpose');
    return { value: compact({ model, input: texts, dimensions, encoding_format: 'float' }), losses: losses.losses };
  },
  read: readOpenaiEmbeddings,
};

const isBase64 = (request: JsonObject): boolean => textAt(request, 'encoding_format') === 'base64';

function readOpenaiEmbeddings(json: Json): EmbeddingsAnswer | undefined {
  if (!isObject(json)) return undefined;
  const items = objectsAt(json, 'data').toSorted((a, b) => (numberAt(a, 'index') ?? 0) - (numberAt(b, 'index') ?? 0));
  const vectors = items.map((item) => {
    const vector = at(item, 'embedding');
    if (typeof vector === 'string') return fromBase64(vector);
    return isList(vector) ? vector.filter((value) => typeof value === 'number') : [];
  });
  if (vectors.length === 0 || vectors.some((vector) => vector.length === 0)) return undefined;
  const usage = at(json, 'usage');
  return { vectors, usage: isObject(usage) ? readChatUsage(usage) : undefined };
}

/**
 * An answer whose vectors are lists although base64 was asked for, with them as they were asked for: SDKs ask for base64 unless
 * told otherwise and read nothing else, and some servers do not know the word. Undefined when nothing is to be done.
 */
export function asAskedFor(json: Json, request: JsonObject): JsonObject | undefined {
  if (!isObject(json) || !isBase64(request)) return undefined;
  const data = objectsAt(json, 'data');
  if (!data.some((item) => isList(at(item, 'embedding')))) return undefined;
  return {
    ...json,
    data: data.map((item) => {
      const vector = at(item, 'embedding');
      return isList(vector) ? { ...item, embedding: toBase64(vector.map(Number)) } : item;
    }),
  };
}

/** Little-endian 32-bit floats in base64. */
function toBase64(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => view.setFloat32(index * 4, value, true));
  return encodeBase64(new Uint8Array(view.buffer));
}

function fromBase64(text: string): readonly number[] {
  const bytes = decodeBase64(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, index) => view.getFloat32(index * 4, true));
}
