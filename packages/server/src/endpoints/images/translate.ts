import type { ImagesEgress, ImagesIngress, Picture } from '@tollgate/wire/ir/images';
import type { Read } from '@tollgate/wire/ir/loss';
import type { Invalid, Json, JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import {
  dashscopeImagesEgress,
  dashscopeTaskImagesEgress,
  dashscopeTaskModels,
} from '@tollgate/wire/protocols/dashscope/images';
import { geminiImagesEgress, imagenEgress } from '@tollgate/wire/protocols/gemini/images';
import { askedSizeAndQuality, likelyImageTokens } from '@tollgate/wire/protocols/openai-media/images';
import { openaiImagesEgress } from '@tollgate/wire/protocols/openai-media/images-codec';
import { replicateImagesEgress } from '@tollgate/wire/protocols/replicate/images';
import { likelyInput } from '../../domain/likely-usage.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { Emptiness, Translated, Translator } from '../shared/json-endpoint.ts';
import { metered } from '../shared/metering.ts';
import { withoutPictures } from './given-pictures.ts';

type EgressOf = (candidate: Candidate) => ImagesEgress;

/** Every protocol that pictures are asked in. */
const egresses: Readonly<Partial<Record<ProtocolId, EgressOf>>> = {
  'openai-chat': () => openaiImagesEgress,
  // Of Google's models, those that converse paint in their answers; the others are asked by a method of their own.
  gemini: ({ traits }) => (traits.family === 'gemini' ? geminiImagesEgress : imagenEgress),
  dashscope: ({ upstreamModel }) =>
    dashscopeTaskModels.test(upstreamModel) ? dashscopeTaskImagesEgress : dashscopeImagesEgress,
  replicate: () => replicateImagesEgress,
};

/** How a candidate is asked for pictures whose client speaks another protocol; undefined where nobody translates to its own. */
export const imagesEgressFor = (candidate: Candidate): ImagesEgress | undefined =>
  egresses[candidate.dialect.protocol]?.(candidate);

/** `pictures` are those that a request begins with. */
export type ImagesTranslator = Translator & {
  write(context: Planned, candidate: Candidate, pictures?: readonly Picture[]): Read<JsonObject>;
};
export type Translators = Readonly<Partial<Record<ProtocolId, ImagesTranslator>>>;

/** How clients of a protocol are served by upstreams of all the others. */
export const translatorsFor = (own: ProtocolId, ingress: ImagesIngress): Translators =>
  Object.fromEntries(
    Object.entries(egresses)
      .filter(([protocol]) => protocol !== own)
      .map(([protocol, egressOf]) => [protocol, translator(ingress, egressOf)]),
  );

const translator = (ingress: ImagesIngress, egressOf: EgressOf): ImagesTranslator => ({
  write(context: Planned, candidate: Candidate, pictures?: readonly Picture[]) {
    const read = valid(ingress.read(pictures ? withoutPictures(bodyOf(context)) : bodyOf(context)));
    const request = { ...read.value, pictures };
    const { value, losses } = valid(egressOf(candidate).write(request, candidate.upstreamModel));
    return { value, losses: [...read.losses, ...losses] };
  },
  read: (context, candidate, json) => answerOf(ingress, egressOf(candidate), context, candidate, json),
});

function answerOf(
  ingress: ImagesIngress,
  egress: ImagesEgress,
  context: Planned,
  { price }: Candidate,
  json: Json,
): Translated | Emptiness {
  const answer = egress.read(json);
  if (answer && 'withheld' in answer) return { ...noPicture, ...answer };
  const request = bodyOf(context);
  if (!answer) return noPicture;
  const images = answer.pictures.length;
  const asked = askedSizeAndQuality(request);
  const { usage, estimate } = metered(price, { ...answer.usage, images }, likelyOf(context, images));
  // Where a price is by the picture, tokens are neither known nor charged, and not told.
  const told = { ...answer, usage: answer.usage ?? estimate };
  const written = ingress.write(told, request, { created: Math.floor(context.at / 1000) });
  if (!written) return noPicture;
  return {
    json: written.value,
    losses: written.losses,
    usage,
    estimate,
    servedAs: usage && { parts: [{ usage, ...asked }] },
  };
}

export const noPicture = { empty: 'the upstream answered 200 without a picture' } as const;

/** What so many pictures come to where nobody tells it. */
export const likelyOf = (context: Planned, images: number) => ({
  inputText: likelyInput(context.summary.inputEstimate),
  outputImage: images * likelyImageTokens(askedSizeAndQuality(bodyOf(context)).quality),
});

const bodyOf = ({ body }: Planned): JsonObject => body.json as JsonObject;

function valid<T>(read: Read<T> | Invalid): Read<T> {
  if ('invalid' in read) throw new Refusal('invalid_request', read.invalid, { param: read.param });
  return read;
}
