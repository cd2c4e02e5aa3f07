import { isObject } from '@tollgate/wire/json/fields';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { JsonObject } from '@tollgate/wire/protocol';
import {
  askedLook,
  likelyImageTokens,
  readImageEvents,
  readImages,
} from '@tollgate/wire/protocols/openai-media/images';
import type { BodyKind, EndpointFacts } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange, ResponseTransform, WholeAnswer } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { openEvents } from '../shared/events.ts';
import { passedForm } from '../shared/form.ts';
import { passedJson, readerOfErrors, readWhole, wholeOnly } from '../shared/json-endpoint.ts';
import { metered } from '../shared/metering.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';
import { inspectImages, type ImagesNeeds } from './inspect.ts';

type ImagesSpec = Pick<EndpointFacts, 'id' | 'title' | 'routes' | 'operation'> & {
  readonly body: BodyKind;
  readonly needs: ImagesNeeds;
};

/** Pictures for words, or for other pictures: whole, or as they become clear. https://platform.openai.com/docs/api-reference/images */
function imagesEndpoint({ needs, ...facts }: ImagesSpec): Endpoint {
  const endpoint: Endpoint<undefined> = {
    ...facts,
    protocol: 'openai-chat',
    errors: passthroughOf('openai-chat'),
    answers: facts.operation === 'image-variations' ? ['json'] : ['json', 'sse'],
    charged: true,
    inspect: (json, limits) => inspectImages(json, needs, limits),
    begin: () => undefined,
    exchange(deps, context, _state, candidate) {
      const body = context.body.form ? passedForm(context, candidate) : passedJson(context, candidate);
      return chain(upstreamRequest(deps, endpoint, context, candidate, body), (request): Exchange => ({
        ...wholeOnly,
        request,
        readError: readerOfErrors(candidate),
        openStream: (type) => openPictures(type, context, candidate),
        readWhole: (bytes) => readPictures(bytes, context, candidate),
      }));
    },
  };
  return defineEndpoint(endpoint);
}

const bodyOf = ({ body }: Planned): JsonObject => (isObject(body.json) ? body.json : {});

function openPictures(type: string, context: Planned, { price }: Candidate): ResponseTransform | undefined {
  if (!context.summary.stream || !type.startsWith('text/event-stream')) return undefined;
  const reader = readImageEvents(askedLook(bodyOf(context)));
  return openEvents(context, reader, () =>
    metered(price, reader.usage, { ...likelyInput(context), ...reader.estimate }),
  );
}

const likelyInput = ({ summary }: Planned): Usage => ({ inputText: Math.ceil(summary.inputEstimate / 2) });

function readPictures(body: Uint8Array, context: Planned, candidate: Candidate): WholeAnswer {
  const asked = askedLook(bodyOf(context));
  const facts = readImages(body, asked);
  // What is no picture is small enough to be read.
  if (!facts) return readWhole(candidate, body, () => ({ empty: 'the upstream answered 200 without a picture' }));
  const { images, usage, servedAs } = facts;
  const likely = { ...likelyInput(context), outputImage: images * likelyImageTokens(asked.quality) };
  return {
    usage: undefined,
    ...metered(candidate.price, usage, likely),
    servedAs,
    outputEstimate: 0,
    write: () => ({ body, contentType: 'application/json', losses: [] }),
  };
}

const post = (path: string) => [{ method: 'POST', path }] as const;

export const imagesEndpoints: readonly Endpoint[] = [
  imagesEndpoint({
    id: 'images',
    title: 'OpenAI Images',
    routes: post('/v1/images/generations'),
    operation: 'images',
    body: 'json',
    needs: { prompt: true, picture: false, defaultModel: 'gpt-image-1' },
  }),
  imagesEndpoint({
    id: 'image-edits',
    title: 'OpenAI Images, editing some',
    routes: post('/v1/images/edits'),
    operation: 'image-edits',
    body: 'json or multipart',
    needs: { prompt: true, picture: true, defaultModel: 'gpt-image-1' },
  }),
  imagesEndpoint({
    id: 'image-variations',
    title: 'OpenAI Images, variations of one',
    routes: post('/v1/images/variations'),
    operation: 'image-variations',
    body: 'multipart',
    needs: { prompt: false, picture: true, defaultModel: 'dall-e-2' },
  }),
];
