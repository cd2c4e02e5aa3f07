import type { ImagesEgress, ImagesIngress, Picture } from '../../ir/images.ts';
import { openLossTracker } from '../../ir/loss.ts';
import type { Usage } from '../../ir/usage.ts';
import { at, compact, isObject, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { readMediaUsage } from './usage.ts';

/** What is understood, or means nothing elsewhere. */
const known = new Set([
  'model',
  'prompt',
  'n',
  'size',
  'quality',
  'response_format',
  'stream',
  'partial_images',
  'user',
  'moderation',
]);

const fineWords: ReadonlySet<string> = new Set(['hd', 'high', 'xhigh', 'max']);

/** OpenAI's images, made of words. https://platform.openai.com/docs/api-reference/images/create */
export const openaiImagesIngress: ImagesIngress = {
  read(json) {
    const losses = openLossTracker();
    for (const [field, value] of Object.entries(restOf(json, known) ?? {}))
      if (value !== 'auto') losses.dropped(field, 'the vendor of this model has it not');
    const [, width, height] = /^(\d{2,5})x(\d{2,5})$/.exec(textAt(json, 'size') ?? '') ?? [];
    return {
      value: {
        prompt: textAt(json, 'prompt') ?? '',
        // A form's numbers are text; whoever reads it has seen that it is one.
        n: Number(at(json, 'n') || 1),
        size: width === undefined ? undefined : { width: Number(width), height: Number(height) },
        fine: fineWords.has(textAt(json, 'quality') ?? ''),
      },
      losses: losses.losses,
    };
  },
  write({ pictures, usage }, request, { created }) {
    const losses = openLossTracker();
    const wanted = textAt(request, 'response_format');
    const data = pictures.map(({ base64, url }) => {
      if (wanted === 'url' && url === undefined)
        losses.approximated('response_format', 'the pictures are given in base64');
      if (wanted === 'b64_json' && base64 === undefined)
        losses.approximated('response_format', 'the pictures are given by address');
      return base64 === undefined ? compact({ url }) : { b64_json: base64 };
    });
    return { value: compact({ created, data, usage: usage && writeUsage(usage) }), losses: losses.losses };
  },
};

function writeUsage({ inputText = 0, inputImage = 0, outputText = 0, outputImage = 0 }: Usage): JsonObject {
  const [input, output] = [inputText + inputImage, outputText + outputImage];
  return {
    input_tokens: input,
    input_tokens_details: { text_tokens: inputText, image_tokens: inputImage },
    output_tokens: output,
    total_tokens: input + output,
  };
}

/** Sizes of OpenAI's by shape. */
const sizes = [
  { size: '1024x1024', least: 0.9, most: 1.1 },
  { size: '1536x1024', least: 1.1, most: Infinity },
  { size: '1024x1536', least: 0, most: 0.9 },
] as const;

export const openaiImagesEgress: ImagesEgress = {
  write({ prompt, n, size, fine }, model) {
    const losses = openLossTracker();
    const shape = size && size.width / size.height;
    const near = sizes.find(({ least, most }) => shape !== undefined && shape >= least && shape < most)?.size;
    if (size && near !== `${size.width}x${size.height}`) losses.approximated('size', `${near} is the nearest`);
    // OpenAI's own answer in base64 and refuse to be told so; others are to be told.
    const isOwn = /gpt-image|chatgpt-image/.test(model);
    return {
      value: compact({
        model,
        prompt,
        n,
        size: near,
        quality: fine ? (isOwn ? 'high' : 'hd') : undefined,
        response_format: isOwn ? undefined : 'b64_json',
      }),
      losses: losses.losses,
    };
  },
  read(json) {
    if (!isObject(json)) return undefined;
    const pictures = objectsAt(json, 'data').flatMap((one): readonly Picture[] => {
      const [base64, url] = [textAt(one, 'b64_json'), textAt(one, 'url')];
      return base64 || url ? [{ base64, url }] : [];
    });
    const usage = readMediaUsage(at(json, 'usage'), { input: 'inputText', output: 'outputImage' });
    return pictures.length === 0 ? undefined : { pictures, usage };
  },
};

/** A whole answer as the events of a stream, for who asked for one of a vendor that has none. Undefined without base64. */
export function asImageEvents(answer: JsonObject): string | undefined {
  const usage = at(answer, 'usage');
  const events = objectsAt(answer, 'data').map((one, index, all) => {
    const b64 = textAt(one, 'b64_json');
    const told = index === all.length - 1 ? usage : undefined;
    const members = {
      type: 'image_generation.completed',
      b64_json: b64,
      created_at: at(answer, 'created'),
      usage: told,
    };
    return b64 === undefined ? undefined : `event: ${members.type}\ndata: ${JSON.stringify(compact(members))}\n\n`;
  });
  return events.every((event) => event !== undefined) ? events.join('') : undefined;
}

/** An answer of a vendor that calls the pictures `images`, as OpenAI's SDKs read it; undefined when nothing is to be done. */
export function withData(json: Json): JsonObject | undefined {
  if (!isObject(json) || at(json, 'data') !== undefined) return undefined;
  const images = objectsAt(json, 'images');
  return images.length === 0 ? undefined : { ...json, data: images };
}
