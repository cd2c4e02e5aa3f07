import { wordsAlone, type ImagesEgress, type ImagesRequest, type Picture } from '../../ir/images.ts';
import { compact, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

const parametersOf = ({ n, size }: ImagesRequest): JsonObject =>
  compact({ n, size: size && `${size.width}*${size.height}` });

/** https://www.alibabacloud.com/help/en/model-studio/qwen-image-edit-api */
const picturesOf = ({ pictures = [] }: ImagesRequest): readonly JsonObject[] =>
  pictures.map(({ base64, url, mediaType = 'image/png' }) => ({
    image: base64 === undefined ? (url ?? '') : `data:${mediaType};base64,${base64}`,
  }));

const outputOf = (json: Json): JsonObject => (isObject(json) ? objectAt(json, 'output') : undefined) ?? {};

/**
 * Pictures of Alibaba's Model Studio, by its own API: those models that answer at once (Qwen-Image, Z-Image, Wan 2.6 and later).
 * https://www.alibabacloud.com/help/en/model-studio/qwen-image-api
 */
export const dashscopeImagesEgress: ImagesEgress = {
  write: (request, model) => ({
    value: {
      model,
      input: { messages: [{ role: 'user', content: [...picturesOf(request), { text: request.prompt }] }] },
      parameters: parametersOf(request),
    },
    losses: [],
  }),
  read(json) {
    const pictures = objectsAt(outputOf(json), 'choices').flatMap((choice) =>
      objectsAt(objectAt(choice, 'message') ?? {}, 'content').flatMap((part): readonly Picture[] => {
        const url = textAt(part, 'image');
        return url ? [{ url }] : [];
      }),
    );
    return pictures.length === 0 ? undefined : { pictures, usage: undefined };
  },
};

/** Models of Model Studio that answer by a task alone: Wan before 2.6, and those of others that it runs. */
export const dashscopeTaskModels = /^(?:wanx|wan2\.[0-5]-t2i|flux-|stable-diffusion-)/;

const working: ReadonlySet<string | undefined> = new Set(['PENDING', 'RUNNING']);

/**
 * The same of models that are only begun, and asked after until their pictures are there. Pictures of which some failed are
 * those that did not. https://www.alibabacloud.com/help/en/model-studio/text-to-image-v2-api-reference
 */
export const dashscopeTaskImagesEgress: ImagesEgress = {
  write: (request, model) =>
    wordsAlone(request) ?? {
      value: { model, input: { prompt: request.prompt }, parameters: parametersOf(request) },
      losses: [],
    },
  pendingId(json) {
    const output = outputOf(json);
    return working.has(textAt(output, 'task_status')) ? textAt(output, 'task_id') : undefined;
  },
  read(json) {
    const output = outputOf(json);
    const results = objectsAt(output, 'results');
    const pictures = results.flatMap((result): readonly Picture[] => {
      const url = textAt(result, 'url');
      return url ? [{ url }] : [];
    });
    if (pictures.length > 0) return { pictures, usage: undefined };
    const refusal = [output, ...results].find((one) => textAt(one, 'code') !== undefined);
    const message = refusal && textAt(refusal, 'message');
    return refusal && message !== undefined
      ? { withheld: { status: 400, code: textAt(refusal, 'code'), message, type: undefined, param: undefined } }
      : undefined;
  },
};
