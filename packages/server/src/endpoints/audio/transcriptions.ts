import { numberAt, textAt, isObject } from '@tollgate/wire/json/fields';
import { openOutputMeter } from '@tollgate/wire/ir/output-meter';
import type { Usage } from '@tollgate/wire/ir/usage';
import {
  audioSeconds,
  likelySeconds,
  mostSeconds,
  subtitleSeconds,
} from '@tollgate/wire/protocols/openai-media/audio-length';
import type { EventReader } from '@tollgate/wire/protocols/openai-media/events-probe';
import { mostCount } from '@tollgate/wire/protocols/implausible';
import { readMediaUsage } from '@tollgate/wire/protocols/openai-media/usage';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import type { EndpointFacts } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange, WholeAnswer } from '../../relay/exchange.ts';
import type { Candidate, Inspected } from '../../relay/request-context.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { openEvents } from '../shared/events.ts';
import { filesOf, formOf, passedForm, textField } from '../shared/form.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { fault, readWhole, wholeOnly, type Reading } from '../shared/json-endpoint.ts';
import { metered } from '../shared/metering.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';

/** How long the file plays, by its own head or its size. */
type State = { readonly seconds: number };

/** Speech in a form, its text out: JSON, plain text, subtitles, or events. https://platform.openai.com/docs/api-reference/audio */
function listening(facts: Pick<EndpointFacts, 'id' | 'title' | 'routes' | 'operation'>): Endpoint {
  const endpoint: Endpoint<State> = {
    ...facts,
    protocol: 'openai-chat',
    errors: passthroughOf('openai-chat'),
    body: 'multipart',
    answers: ['json', 'text', 'sse'],
    charged: true,
    inspect: inspectTranscription,
    begin: lengthOf,
    exchange: (deps, context, state, candidate) =>
      chain(
        upstreamRequest(deps, endpoint, context, candidate, passedForm(context, candidate)),
        (request): Exchange => {
          let contentType = '';
          return {
            ...wholeOnly,
            request,
            openStream(type) {
              contentType = type;
              if (!context.summary.stream || !type.startsWith('text/event-stream')) return undefined;
              const reader = openTranscriptReader(candidate);
              return openEvents(context, reader, (outputText) =>
                metered(candidate.price, reader.usage, likely(state.seconds, outputText)),
              );
            },
            readWhole: (body) => readTranscript(contentType, body, state, candidate),
          };
        },
      ),
  };
  return defineEndpoint(endpoint);
}

export const listeningEndpoints: readonly Endpoint[] = [
  listening({
    id: 'transcriptions',
    title: 'OpenAI Audio, speech to text',
    routes: [{ method: 'POST', path: '/v1/audio/transcriptions' }],
    operation: 'transcriptions',
  }),
  listening({
    id: 'translations',
    title: 'OpenAI Audio, speech to English text',
    routes: [{ method: 'POST', path: '/v1/audio/translations' }],
    operation: 'translations',
  }),
];

/** A token of sound every 100 ms goes in; people say at most some five tokens a second. */
const heardPerSecond = 10;
const saidPerSecond = 6;

/** Never throws, on any form. */
export function inspectTranscription(json: Json): RequestSummary | Invalid {
  const named = withModelOf(json);
  if ('invalid' in named) return named;
  const { body, model } = named;
  const [file] = filesOf(body, 'file');
  if (!file) return { invalid: '"file" must be a file of the form.', param: 'file' };
  const stream = textField(body, 'stream') ?? 'false';
  if (!/^(?:true|false|0|1)$/i.test(stream)) return { invalid: '"stream" must be true or false.', param: 'stream' };
  const seconds = mostSeconds(file.bytes, file.type);
  const prompt = estimateInput(textField(body, 'prompt') ?? '');
  return summaryOf(model, body, {
    stream: /^(?:true|1)$/i.test(stream),
    inputEstimate: prompt + seconds * heardPerSecond,
    maxOutputTokens: 100 + seconds * saidPerSecond,
    counted: { seconds },
  });
}

async function lengthOf(_deps: unknown, context: Inspected): Promise<State> {
  const file = formOf(context).parts.find(({ kind, name }) => kind === 'file' && name === 'file');
  if (!file) return { seconds: 0 };
  const { size } = file.content;
  let head = new Uint8Array();
  for await (const piece of file.content.read()) {
    head = Uint8Array.from(piece.subarray(0, headBytes));
    break;
  }
  return { seconds: Math.min(audioSeconds(head, size) ?? likelySeconds(size), mostSeconds(size, '')) };
}

const headBytes = 64 << 10;

const likely = (seconds: number, outputText: number): Usage => ({
  seconds: Math.ceil(seconds),
  inputAudio: Math.ceil(seconds * heardPerSecond),
  outputText,
});

const decoder = new TextDecoder();

/** A transcript may be empty: nobody spoke. */
function readTranscript(contentType: string, body: Uint8Array, { seconds }: State, candidate: Candidate): WholeAnswer {
  const { price, traits } = candidate;
  const tokens = (text: string): number => {
    const meter = openOutputMeter(tokenizerOf(traits));
    meter.text(text);
    return meter.tokens;
  };
  if (contentType.includes('json') || contentType === '')
    return readWhole(candidate, body, (json): Reading & { readonly json: undefined } => {
      const text = isObject(json) ? textAt(json, 'text') : undefined;
      if (!isObject(json) || text === undefined)
        return { empty: 'the upstream answered 200 without a transcript', json: undefined };
      const told = numberAt(json, 'duration');
      const duration = told !== undefined && told >= 0 && told <= mostCount ? told : undefined;
      const usage =
        readMediaUsage(json['usage'], heard) ?? (duration !== undefined ? { seconds: Math.ceil(duration) } : undefined);
      return { ...metered(price, usage, likely(duration ?? seconds, tokens(text))), json: undefined };
    });
  if (contentType.includes('html'))
    return fault('unexpected_body', 'the upstream answered 200 with a web page', undefined);
  const text = decoder.decode(body);
  return {
    ...metered(price, undefined, likely(Math.max(seconds, subtitleSeconds(text) ?? 0), tokens(text))),
    usage: undefined,
    outputEstimate: 0,
    write: () => ({ body, contentType, losses: [] }),
  };
}

const heard = { input: 'inputAudio', output: 'outputText' } as const;

function openTranscriptReader({ traits }: Candidate): EventReader {
  let usage: Usage | undefined;
  return {
    fields: ['usage'],
    textField: 'delta',
    countTokens: tokenizerOf(traits),
    see(type, fields) {
      usage = readMediaUsage(fields.get('usage'), heard) ?? usage;
      return { meaningful: type.startsWith('transcript.'), done: type === 'transcript.text.done' };
    },
    get usage() {
      return usage;
    },
  };
}
