import { nearestShape, wordsAlone, type ImagesEgress, type Picture } from '../../ir/images.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { at, compact, isList, isObject, textAt } from '../../json/fields.ts';
import type { Json } from '../../protocol.ts';

const shapes = ['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4', '21:9', '9:21'] as const;
const working: ReadonlySet<string | undefined> = new Set(['starting', 'processing']);

const addressesIn = (output: Json | undefined): readonly Picture[] =>
  (isList(output) ? output : [output]).flatMap((one) => (typeof one === 'string' && one !== '' ? [{ url: one }] : []));

/**
 * Pictures of models that Replicate runs. Each has inputs of its own; these are the names that most of them share.
 * https://replicate.com/docs/reference/http#predictions.create
 */
export const replicateImagesEgress: ImagesEgress = {
  write(request, model) {
    // What a picture to begin with is called is another for each model.
    const refused = wordsAlone(request);
    if (refused) return refused;
    const { prompt, n, size } = request;
    const losses = openLossTracker();
    const near = size && nearestShape(size, shapes);
    if (near && !near.exact) losses.approximated('size', `${near.shape} is the nearest shape`);
    return {
      value: {
        version: model,
        input: compact({ prompt, num_outputs: n === 1 ? undefined : n, aspect_ratio: near?.shape }),
      },
      losses: losses.losses,
    };
  },
  pendingId: (json) => (isObject(json) && working.has(textAt(json, 'status')) ? textAt(json, 'id') : undefined),
  read(json) {
    if (!isObject(json)) return undefined;
    const pictures = addressesIn(at(json, 'output'));
    if (pictures.length > 0) return { pictures, usage: undefined };
    const message = textAt(json, 'error') || undefined;
    return message === undefined
      ? undefined
      : { withheld: { status: 400, code: textAt(json, 'status'), message, type: undefined, param: undefined } };
  },
};
