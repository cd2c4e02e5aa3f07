import {
  nearestShape,
  wordsAlone,
  type ImagesEgress,
  type ImagesIngress,
  type ImagesRequest,
  type Picture,
  type Withheld,
} from '../../ir/images.ts';
import { explainsEmptiness } from '../../ir/finish.ts';
import { openLossTracker, type LossTracker } from '../../ir/loss.ts';
import { at, compact, isObject, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Invalid, JsonObject } from '../../protocol.ts';
import { camelKeys } from './cases.ts';
import { promptBlocked } from './errors.ts';
import { readFinish } from './finish.ts';
import { readGeminiUsage } from './usage.ts';

/** Shapes of Imagen, and of the Gemini models that paint. https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios */
const imagenShapes = ['1:1', '3:4', '4:3', '9:16', '16:9'];
const geminiShapes = [...imagenShapes, '2:3', '3:2', '4:5', '5:4', '21:9'];

function shapeOf(size: ImagesRequest['size'], shapes: readonly string[], losses: LossTracker): string | undefined {
  const nearest = size && nearestShape(size, shapes);
  if (nearest && !nearest.exact) losses.approximated('size', `${nearest.shape} is the nearest shape`);
  return nearest?.shape;
}

/** What is asked for by name only when it is not the usual. */
const resolutionOf = ({ size, fine }: ImagesRequest): string | undefined =>
  fine || Math.max(size?.width ?? 0, size?.height ?? 0) >= 2048 ? '2K' : undefined;

/** Imagen, by `predict`. https://ai.google.dev/gemini-api/docs/imagen */
export const imagenEgress: ImagesEgress = {
  write(request) {
    const refused = wordsAlone(request);
    if (refused) return refused;
    const losses = openLossTracker();
    const value = {
      instances: [{ prompt: request.prompt }],
      parameters: compact({
        sampleCount: request.n,
        aspectRatio: shapeOf(request.size, imagenShapes, losses),
        imageSize: resolutionOf(request),
      }),
    };
    return { value, losses: losses.losses };
  },
  read(json) {
    if (!isObject(json)) return undefined;
    const pictures = objectsAt(json, 'predictions').flatMap((one): readonly Picture[] => {
      const base64 = textAt(one, 'bytesBase64Encoded');
      return base64 ? [{ base64, mediaType: textAt(one, 'mimeType') }] : [];
    });
    return pictures.length === 0 ? withheldPrediction(json) : { pictures, usage: undefined };
  },
};

/** The Gemini models that paint, by `generateContent`: one picture at a time. */
export const geminiImagesEgress: ImagesEgress = {
  write(request) {
    if (request.n > 1) return { invalid: 'This model makes one picture at a time.', param: 'n' };
    const pictures = request.pictures ?? [];
    if (pictures.some(({ base64 }) => base64 === undefined))
      return { invalid: 'This model takes pictures themselves, and not their addresses.', param: 'image' };
    const losses = openLossTracker();
    const imageConfig = compact({
      aspectRatio: shapeOf(request.size, geminiShapes, losses),
      imageSize: resolutionOf(request),
    });
    const generationConfig = compact({
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: Object.keys(imageConfig).length === 0 ? undefined : imageConfig,
    });
    const inline = pictures.map(({ base64 = '', mediaType = 'image/png' }) => ({
      inlineData: { mimeType: mediaType, data: base64 },
    }));
    const contents = [{ role: 'user', parts: [...inline, { text: request.prompt }] }];
    return { value: { contents, generationConfig }, losses: losses.losses };
  },
  read(json) {
    if (!isObject(json)) return undefined;
    const pictures = objectsAt(json, 'candidates').flatMap((candidate) =>
      objectsAt(objectAt(candidate, 'content') ?? {}, 'parts').flatMap((part): readonly Picture[] => {
        const data = objectAt(part, 'inlineData');
        const base64 = data && textAt(data, 'data');
        return base64 ? [{ base64, mediaType: textAt(data, 'mimeType') }] : [];
      }),
    );
    const raw = objectAt(json, 'usageMetadata');
    return pictures.length === 0 ? withheldBy(json) : { pictures, usage: raw && readGeminiUsage(raw) };
  },
};

const withheld = (why: string): Withheld => ({
  withheld: {
    status: 400,
    message: `No picture was made: ${why}`.slice(0, 2000),
    type: 'content_filter',
    code: 'content_filter',
    param: undefined,
  },
});

/** Why a Gemini model painted nothing, where it says so. */
function withheldBy(json: JsonObject): Withheld | undefined {
  const blocked = promptBlocked(json);
  if (blocked) return { withheld: blocked };
  for (const candidate of objectsAt(json, 'candidates')) {
    const finish = readFinish(camelKeys(candidate));
    if (finish && explainsEmptiness(finish)) return withheld(finish.detail ?? `${finish.raw}.`);
  }
  return undefined;
}

/** Why Imagen gave no picture: https://ai.google.dev/gemini-api/docs/imagen, `includeRaiReason`. */
export function withheldPrediction(json: JsonObject): Withheld | undefined {
  for (const one of objectsAt(json, 'predictions')) {
    const reason = textAt(one, 'raiFilteredReason');
    if (reason) return withheld(reason);
  }
  return undefined;
}

/** Pictures that Imagen makes of who says nothing. https://ai.google.dev/gemini-api/docs/imagen#imagen-configuration */
const usualCount = 4;

/** Why nobody could paint what a body asks for; undefined when nothing is wrong. */
export function faultOfPredict(json: JsonObject): Invalid | undefined {
  const instances = objectsAt(json, 'instances');
  if (instances.length !== 1) return { invalid: 'instances: must have one member.', param: 'instances' };
  const [instance = {}] = instances;
  if (!textAt(instance, 'prompt'))
    return { invalid: 'instances[0].prompt: must be text.', param: 'instances[0].prompt' };
  return undefined;
}

/** How many pictures a body asks for; not always a number that makes sense. */
export const predictCount = (json: JsonObject): number =>
  numberAt(objectAt(json, 'parameters') ?? {}, 'sampleCount') ?? usualCount;

/** Google's clients who ask for Imagen. */
export const imagenIngress: ImagesIngress = {
  read(json) {
    const [instance = {}] = objectsAt(json, 'instances');
    const parameters = objectAt(json, 'parameters') ?? {};
    const losses = openLossTracker();
    for (const field of Object.keys(parameters))
      if (!understood.has(field)) losses.dropped(`parameters.${field}`, 'only Google has it');
    const [, across, down] = /^(\d{1,2}):(\d{1,2})$/.exec(textAt(parameters, 'aspectRatio') ?? '') ?? [];
    const fine = textAt(parameters, 'imageSize') === '2K';
    // Of a shape, the size that has a megapixel.
    const side = across === undefined ? 0 : 1024 / Math.sqrt(Number(across) * Number(down));
    const size = across === undefined ? undefined : { width: Number(across) * side, height: Number(down) * side };
    return {
      value: {
        prompt: textAt(instance, 'prompt') ?? '',
        n: predictCount(json),
        size: size && { width: Math.round(size.width), height: Math.round(size.height) },
        fine,
      },
      losses: losses.losses,
    };
  },
  write({ pictures }) {
    const predictions = pictures.map(({ base64, mediaType = 'image/png' }) => ({
      mimeType: mediaType,
      bytesBase64Encoded: base64 ?? '',
    }));
    if (predictions.some(({ bytesBase64Encoded }) => bytesBase64Encoded === '')) return undefined;
    return { value: { predictions }, losses: [] };
  },
};

const understood = new Set(['sampleCount', 'aspectRatio', 'imageSize', 'includeRaiReason', 'includeSafetyAttributes']);

/** How many pictures an answer of `predict` has; some may have been withheld. */
export const predictedPictures = (json: JsonObject): number =>
  objectsAt(json, 'predictions').filter((one) => typeof at(one, 'bytesBase64Encoded') === 'string').length;
