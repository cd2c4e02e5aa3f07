import { isObject, numberAt, objectAt, objectsAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { HeldModel, ModelLibrary } from '../account.ts';

const source = 'https://docs.ollama.com/api';

/** A server that fetches models from a registry when it is told to, with this API beside OpenAI's. */
export const pulledModels: ModelLibrary = {
  list: {
    path: '/../api/tags',
    source,
    read: (body) => (isObject(body) && Array.isArray(body['models']) ? objectsAt(body, 'models').map(held) : undefined),
  },
  pull: {
    path: '/../api/pull',
    source,
    body: (model) => ({ model, stream: true }),
    read: (line) => ({
      step: textAt(line, 'status') ?? '',
      doneBytes: numberAt(line, 'completed') ?? null,
      totalBytes: numberAt(line, 'total') ?? null,
      problem: textAt(line, 'error'),
      done: textAt(line, 'status') === 'success',
    }),
  },
  remove: { path: '/../api/delete', source, body: (model) => ({ model }) },
};

function held(model: JsonObject): HeldModel {
  const details = objectAt(model, 'details') ?? {};
  const changedAt = Date.parse(textAt(model, 'modified_at') ?? '');
  return {
    name: textAt(model, 'name') ?? textAt(model, 'model') ?? '',
    bytes: numberAt(model, 'size') ?? null,
    about: [textAt(details, 'parameter_size'), textAt(details, 'quantization_level')].filter(Boolean).join(' '),
    changedAt: Number.isNaN(changedAt) ? null : changedAt,
  };
}
