import type { ReadOptions } from '../../ir/codec.ts';
import { failureOfAll, finishOf, hasToolCalls } from '../../ir/finish.ts';
import { sourceOfUrl } from '../../ir/media.ts';
import type { Citation, ImagePart, Part } from '../../ir/part.ts';
import type { IrChoice, IrResponse } from '../../ir/response.ts';
import type { Usage } from '../../ir/usage.ts';
import { at, isObject, indexAt, numberAt, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { failureIn } from './errors.ts';
import { readFinishOf } from './finish.ts';
import { readLogprobs } from './logprobs.ts';
import { readContent, readReasoning, readToolCalls } from './messages-read.ts';
import { readChatServedAs, readChatUsage } from './usage.ts';

const known: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
]);

/** Reads a whole chat completion, or the failure inside a 200. Never throws, on any JSON. */
export function readCompletion(json: Json, options: ReadOptions): IrResponse | { readonly failure: UpstreamFailure } {
  const { readUsage = readChatUsage } = options;
  if (!isObject(json) || !Array.isArray(at(json, 'choices')) || isObject(at(json, 'error'))) {
    const failure = failureIn(json, 200);
    return { failure: failure ?? { ...unreadable, type: undefined, code: undefined, param: undefined } };
  }
  const raw = objectsAt(json, 'choices');
  const choices = raw.map(readChoice);
  const failure = failureOfAll(choices);
  if (failure) return { failure };
  let usage: Usage | undefined;
  for (const holder of [json, ...raw]) {
    const reported = objectAt(holder, 'usage');
    usage ??= reported && readUsage(reported);
  }
  const fields = restOf(json, known);
  return {
    id: textAt(json, 'id') ?? options.requestId,
    model: textAt(json, 'model') ?? '',
    created: numberAt(json, 'created'),
    choices: numbered(choices),
    usage,
    servedAs: readChatServedAs(textAt(json, 'service_tier')),
    serviceTier: textAt(json, 'service_tier'),
    extensions: fields && { by: 'openai-chat', fields },
  };
}

const unreadable = {
  status: 502,
  message: 'The upstream answered with something that is not a chat completion.',
} as const;

function readChoice(json: JsonObject, position: number): IrChoice {
  const message = objectAt(json, 'message') ?? {};
  const logprobs = objectAt(json, 'logprobs');
  const parts = readAnswerParts(message, logprobs, textAt(json, 'text'));
  return {
    index: indexAt(json, 'index') ?? position,
    parts,
    finish: finishOf(readFinishOf(json), hasToolCalls(parts)),
  };
}

/** By their places, where two claim the same index. */
function numbered(choices: readonly IrChoice[]): readonly IrChoice[] {
  const distinct = new Set(choices.map((choice) => choice.index)).size === choices.length;
  return distinct ? choices : choices.map((choice, index) => ({ ...choice, index }));
}

function readAnswerParts(
  message: JsonObject,
  logprobs: JsonObject | undefined,
  legacyText: string | undefined,
): readonly Part[] {
  const parts: Part[] = [...readReasoning(message)];
  const content = readContent(at(message, 'content') ?? legacyText);
  const citations = readAnnotations(message);
  const contentLogprobs = readLogprobs(logprobs, 'content');
  let first = true;
  for (const part of content) {
    if (part.type !== 'text' || !first) parts.push(part);
    else {
      first = false;
      parts.push({ ...part, citations: citations.length > 0 ? citations : undefined, logprobs: contentLogprobs });
    }
  }
  const refusal = textAt(message, 'refusal');
  if (refusal !== undefined && refusal !== '')
    parts.push({ type: 'refusal', text: refusal, logprobs: readLogprobs(logprobs, 'refusal') });
  parts.push(...readAudio(message), ...readImages(message), ...readToolCalls(message));
  return parts;
}

/** Citations of a message: pages with their place in the text. */
export function readAnnotations(message: JsonObject): readonly Citation[] {
  return objectsAt(message, 'annotations').map((annotation) => {
    const page = objectAt(annotation, 'url_citation');
    const raw = { by: 'openai-chat', value: annotation } as const;
    if (!page) return { kind: 'other', raw };
    return {
      kind: 'url',
      url: textAt(page, 'url'),
      title: textAt(page, 'title'),
      // OpenRouter's addition.
      quote: textAt(page, 'content'),
      start: numberAt(page, 'start_index'),
      end: numberAt(page, 'end_index'),
      raw,
    };
  });
}

function readAudio(message: JsonObject): readonly Part[] {
  const audio = objectAt(message, 'audio');
  if (!audio) return [];
  return [
    {
      type: 'audio',
      id: textAt(audio, 'id'),
      source: { kind: 'base64', mediaType: 'audio/wav', data: textAt(audio, 'data') ?? '' },
      transcript: textAt(audio, 'transcript'),
      expiresAt: numberAt(audio, 'expires_at'),
    },
  ];
}

/** Generated images, as OpenRouter has them. */
export function readImages(message: JsonObject): readonly ImagePart[] {
  return objectsAt(message, 'images').flatMap((image) => {
    const url = textAt(objectAt(image, 'image_url') ?? {}, 'url');
    return url === undefined ? [] : [{ type: 'image', source: sourceOfUrl(url) }];
  });
}
