import type { ImagesEgress, Picture } from '../../ir/images.ts';
import { compact, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';

/**
 * Pictures of Alibaba's Model Studio, by its own API: those models that answer at once (Qwen-Image, Z-Image, Wan 2.6 and later).
 * https://www.alibabacloud.com/help/en/model-studio/qwen-image-api
 */
export const dashscopeImagesEgress: ImagesEgress = {
  write: ({ prompt, n, size }, model) => ({
    value: {
      model,
      input: { messages: [{ role: 'user', content: [{ text: prompt }] }] },
      parameters: compact({ n, size: size && `${size.width}*${size.height}` }),
    },
    losses: [],
  }),
  read(json) {
    const output = isObject(json) ? objectAt(json, 'output') : undefined;
    const pictures = objectsAt(output ?? {}, 'choices').flatMap((choice) =>
      objectsAt(objectAt(choice, 'message') ?? {}, 'content').flatMap((part): readonly Picture[] => {
        const url = textAt(part, 'image');
        return url ? [{ url }] : [];
      }),
    );
    return pictures.length === 0 ? undefined : { pictures, usage: undefined };
  },
};
