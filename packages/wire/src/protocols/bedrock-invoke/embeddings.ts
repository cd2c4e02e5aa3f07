import { vectorOf, type EmbeddingsEgress } from '../../ir/embeddings.ts';
import { at, compact, isObject, numberAt } from '../../json/fields.ts';
import { cohereEmbeddingsEgress } from '../cohere/embeddings.ts';

/**
 * Embeddings on Bedrock: each maker has a body of its own. Titan takes one text at a time:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html . Cohere's are as Cohere has
 * them, without the model: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html
 */
export const bedrockEmbeddingsEgress: EmbeddingsEgress = {
  write(request, model) {
    if (/cohere\.embed/.test(model)) {
      const written = cohereEmbeddingsEgress.write(request, model);
      if ('invalid' in written) return written;
      const { model: _, ...value } = written.value;
      return { value, losses: written.losses };
    }
    const [inputText = ''] = request.texts;
    if (request.texts.length > 1) return { invalid: 'This model takes one text at a time.', param: 'input' };
    return { value: compact({ inputText, dimensions: request.dimensions, normalize: true }), losses: [] };
  },
  read(json) {
    if (!isObject(json)) return undefined;
    if (at(json, 'embeddings') !== undefined) return cohereEmbeddingsEgress.read(json);
    const vector = vectorOf(at(json, 'embedding'));
    const inputText = numberAt(json, 'inputTextTokenCount');
    return vector && { vectors: [vector], usage: inputText === undefined ? undefined : { inputText } };
  },
};
