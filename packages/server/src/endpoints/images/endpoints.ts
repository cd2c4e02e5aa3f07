import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { imagenIngress, predictedPictures, withheldPrediction } from '@tollgate/wire/protocols/gemini/images';
import { askedSizeAndQuality, readImageEvents, readImages } from '@tollgate/wire/protocols/openai-media/images';
import { asImageEvents, openaiImagesIngress, withData } from '@tollgate/wire/protocols/openai-media/images-codec';
import type { BodyKind } from '@tollgate/contract/endpoint-kinds';
import type { EndpointFacts } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange, ResponseTransform, WholeAnswer } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { geminiRoutes } from '../chat/endpoints.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { openEvents } from '../shared/events.ts';
import { passedForm } from '../shared/form.ts';
import {
  jsonEndpoint,
  passedJson,
  readerOfErrors,
  readWhole,
  translatedBody,
  translationBy,
  wholeOnly,
} from '../shared/json-endpoint.ts';
import { googleForOpenai } from '../speaker.ts';
import { refuseForeignResources } from '../shared/foreign-resources.ts';
import { refuseLosses } from '../shared/strictness.ts';
import { metered } from '../shared/metering.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';
import { asBeginning, followUpFor } from './follow-up.ts';
import { givenPictures } from './given-pictures.ts';
import { inspectImages, inspectPredict, type ImagesNeeds } from './inspect.ts';
import { likelyOf, noPicture, translatorsFor, type Translators } from './translate.ts';

type ImagesSpec = Pick<EndpointFacts, 'id' | 'title' | 'routes' | 'operation'> & {
  readonly body: BodyKind;
  readonly needs: ImagesNeeds;
  readonly translators?: Translators;
};

/** Pictures for words, or for other pictures: whole, or as they become clear. https://platform.openai.com/docs/api-reference/images */
function imagesEndpoint({ needs, translators, ...facts }: ImagesSpec): Endpoint {
  const endpoint: Endpoint<undefined> = {
    ...facts,
    protocol: 'openai-chat',
    errors: passthroughOf('openai-chat'),
    answers: facts.operation === 'image-variations' ? ['json'] : ['json', 'sse'],
    charged: true,
    inspect: (json, limits) => inspectImages(json, needs, limits),
    begin: refuseForeignResources,
    // Who edits is asked where pictures are made of words.
    ...(translators && { translation: translationBy(translators, 'images') }),
    exchange(deps, context, _state, candidate) {
      const translator = candidate.mode === 'translate' ? translators?.[candidate.dialect.protocol] : undefined;
      const given = translator && needs.picture ? givenPictures(context) : undefined;
      return chain(given, (pictures) => {
        const written = translator?.write(context, candidate, pictures);
        if (written) refuseLosses(context, candidate, written.losses);
        const body = written ? translatedBody(context, written.value, candidate) : passedBody(context, candidate);
        const followUp = translator && followUpFor(deps, candidate);
        return chain(upstreamRequest(deps, endpoint, context, candidate, body), (request): Exchange => ({
          ...wholeOnly,
          request: followUp ? asBeginning(request, candidate) : request,
          followUp,
          conversion: written && { protocol: candidate.dialect.protocol, losses: written.losses },
          readError: readerOfErrors(candidate),
          openStream: (type) => (translator ? undefined : openPictures(type, context, candidate)),
          readWhole: (bytes) =>
            translator
              ? asAsked(
                  context,
                  readWhole(candidate, bytes, (json) => translator.read(context, candidate, json)),
                )
              : readPictures(bytes, context, candidate),
        }));
      });
    },
  };
  return defineEndpoint(endpoint);
}

const passedBody = (context: Planned, candidate: Candidate) =>
  context.body.form ? passedForm(context, candidate) : passedJson(context, candidate);

/** A whole answer as a stream, for who asked for one of a vendor that has none. */
function asAsked({ summary }: Planned, whole: WholeAnswer): WholeAnswer {
  if (whole.fault || !summary.stream) return whole;
  return {
    ...whole,
    write() {
      const written = whole.write();
      const json = parseJson(typeof written.body === 'string' ? written.body : '');
      const events = isObject(json) ? asImageEvents(json) : undefined;
      return events === undefined ? written : { ...written, body: events, contentType: 'text/event-stream' };
    },
  };
}

const bodyOf = ({ body }: Planned): JsonObject => (isObject(body.json) ? body.json : {});

function openPictures(type: string, context: Planned, { price }: Candidate): ResponseTransform | undefined {
  if (!context.summary.stream || !type.startsWith('text/event-stream')) return undefined;
  const reader = readImageEvents(askedSizeAndQuality(bodyOf(context)));
  return openEvents(context, reader, () =>
    metered(price, reader.usage, { ...likelyOf(context, 0), ...reader.estimate }),
  );
}

function readPictures(body: Uint8Array, context: Planned, candidate: Candidate): WholeAnswer {
  const asked = askedSizeAndQuality(bodyOf(context));
  const facts = readImages(body, asked);
  const likely = likelyOf(context, facts?.images ?? 1);
  // What is no picture is small enough to be read.
  if (!facts)
    return readWhole(candidate, body, (json) => {
      const renamed = withData(json);
      const again = renamed && readImages(encoder.encode(JSON.stringify(renamed)), asked);
      return again
        ? { ...metered(candidate.price, again.usage, likely), servedAs: again.servedAs, json: renamed }
        : noPicture;
    });
  const { usage, servedAs, doubtful } = facts;
  return {
    usage: undefined,
    doubtful,
    ...metered(candidate.price, usage, likely),
    servedAs,
    outputEstimate: 0,
    write: () => ({ body, contentType: 'application/json', losses: [] }),
  };
}

const encoder = new TextEncoder();

const post = (path: string) => [{ method: 'POST', path }] as const;

export const imagesEndpoints: readonly Endpoint[] = [
  imagesEndpoint({
    id: 'images',
    title: 'OpenAI Images',
    routes: [...post('/v1/images/generations'), ...post(`${googleForOpenai}/images/generations`)],
    operation: 'images',
    body: 'json',
    needs: { prompt: true, picture: false, defaultModel: 'gpt-image-1' },
    translators: translatorsFor('openai-chat', openaiImagesIngress),
  }),
  imagesEndpoint({
    id: 'image-edits',
    title: 'OpenAI Images, editing some',
    routes: post('/v1/images/edits'),
    operation: 'image-edits',
    body: 'json or multipart',
    needs: { prompt: true, picture: true, defaultModel: 'gpt-image-1' },
    translators: translatorsFor('openai-chat', openaiImagesIngress),
  }),
  imagesEndpoint({
    id: 'image-variations',
    title: 'OpenAI Images, variations of one',
    routes: post('/v1/images/variations'),
    operation: 'image-variations',
    body: 'multipart',
    needs: { prompt: false, picture: true, defaultModel: 'dall-e-2' },
  }),
  // https://ai.google.dev/gemini-api/docs/imagen
  jsonEndpoint({
    id: 'predict',
    title: 'Gemini predict (Imagen)',
    routes: geminiRoutes({ predict: false }),
    protocol: 'gemini',
    operation: 'predict',
    translatedTo: 'images',
    errors: passthroughOf('gemini'),
    inspect: (json, limits, { params }) => inspectPredict(json, params['model'] ?? '', limits),
    read(json, context, { price }) {
      const images = isObject(json) ? predictedPictures(json) : 0;
      if (images === 0) return { ...noPicture, ...(isObject(json) && withheldPrediction(json)) };
      return metered(price, { images }, likelyOf(context, images));
    },
    withModel: (json) => json,
    translators: translatorsFor('gemini', imagenIngress),
  }),
];
