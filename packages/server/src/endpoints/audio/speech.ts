import { at, numberAt, textAt } from '@tollgate/wire/json/fields';
import type { Usage } from '@tollgate/wire/ir/usage';
import { audioSeconds, likelySeconds } from '@tollgate/wire/protocols/openai-media/audio-length';
import type { EventReader } from '@tollgate/wire/protocols/openai-media/events-probe';
import { readMediaUsage } from '@tollgate/wire/protocols/openai-media/usage';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange, ResponseTransform } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { openBytes } from '../shared/bytes.ts';
import { openEvents } from '../shared/events.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { passedJson, readWhole, wholeOnly } from '../shared/json-endpoint.ts';
import { metered } from '../shared/metering.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';

/** OpenAI's text to speech: bytes, or events with `stream_format: "sse"`. https://platform.openai.com/docs/api-reference/audio/createSpeech */
const speech: Endpoint<undefined> = {
  id: 'speech',
  title: 'OpenAI Audio, text to speech',
  routes: [{ method: 'POST', path: '/v1/audio/speech' }],
  protocol: 'openai-chat',
  operation: 'speech',
  errors: passthroughOf('openai-chat'),
  body: 'json',
  maxBodyBytes: 4 << 20,
  answers: ['bytes', 'sse'],
  charged: true,
  inspect: inspectSpeech,
  begin: () => undefined,
  exchange: (deps, context, _state, candidate) =>
    chain(upstreamRequest(deps, speech, context, candidate, passedJson(context, candidate)), (request): Exchange => ({
      ...wholeOnly,
      request,
      openStream: (type) => openSpeech(type, context, candidate),
      // What is neither sound nor events can only be a refusal.
      readWhole: (body) => readWhole(candidate, body, () => ({ empty: 'the upstream answered 200 without sound' })),
    })),
};

export const speechEndpoint = defineEndpoint(speech);

/** OpenAI's voices say a token of sound every 50 ms. */
const tokensPerSecond = 20;

/** Never throws, on any JSON. */
export function inspectSpeech(json: Json): RequestSummary | Invalid {
  const named = withModelOf(json);
  if ('invalid' in named) return named;
  const { body, model } = named;
  const input = at(body, 'input');
  if (typeof input !== 'string' || input === '')
    return { invalid: '"input" must be a non-empty string.', param: 'input' };
  const format = at(body, 'stream_format') ?? 'audio';
  if (typeof format !== 'string') return { invalid: '"stream_format" must be a string.', param: 'stream_format' };
  const seconds = mostSpoken(input, numberAt(body, 'speed'));
  return summaryOf(model, body, {
    stream: format === 'sse',
    maxOutputTokens: seconds * tokensPerSecond,
    counted: { characters: charactersOf(input), seconds },
  });
}

/** Letters take up to a tenth of a second each to be said, characters that are whole words or syllables four times as long. */
function mostSpoken(input: string, speed = 1): number {
  let tenths = 50;
  for (const character of input) tenths += character < '\u0100' ? 1 : 4;
  return Math.ceil(tenths / 10 / Math.min(1, Math.max(speed, 0.25)));
}

/** As vendors count them: an emoji is one. */
function charactersOf(input: string): number {
  let count = 0;
  for (const _ of input) count++;
  return count;
}

function openSpeech(type: string, context: Planned, candidate: Candidate): ResponseTransform | undefined {
  const body = context.body.json as JsonObject;
  const characters = charactersOf(textAt(body, 'input') ?? '');
  const { price } = candidate;
  const likely = (seconds: number): Usage => ({
    characters,
    inputText: Math.ceil(estimateInput(textAt(body, 'input') ?? '') / 2),
    outputAudio: Math.ceil(seconds * tokensPerSecond),
    seconds: Math.ceil(seconds),
  });
  if (type.startsWith('text/event-stream')) {
    if (!context.summary.stream) return undefined;
    const reader = openSpeechReader();
    return openEvents(context, reader, () => {
      const { usage, sound } = reader;
      // Of base64, three quarters are sound.
      const guess = likely(likelySeconds(sound * 0.75));
      return metered(price, usage ? { ...usage, characters } : undefined, guess);
    });
  }
  // Whoever asked for events cannot read sound.
  if (context.summary.stream || /json|^text\//.test(type)) return undefined;
  const isPcm = textAt(body, 'response_format') === 'pcm';
  return openBytes(type, (bytes, head) => {
    // https://platform.openai.com/docs/guides/text-to-speech: 24 kHz, 16 bits.
    const seconds = isPcm ? bytes / 48_000 : (audioSeconds(head, bytes) ?? likelySeconds(bytes));
    return metered(price, { characters }, likely(seconds));
  });
}

/** `sound` is how much base64 of it came. */
function openSpeechReader(): EventReader & { readonly sound: number } {
  let usage: Usage | undefined;
  let sound = 0;
  return {
    fields: ['usage'],
    measured: 'audio',
    measure(bytes) {
      sound += bytes;
    },
    see(type, fields) {
      usage = readMediaUsage(fields.get('usage'), { input: 'inputText', output: 'outputAudio' }) ?? usage;
      return { meaningful: type === 'speech.audio.delta', done: type === 'speech.audio.done' };
    },
    get usage() {
      return usage;
    },
    get sound() {
      return sound;
    },
  };
}
