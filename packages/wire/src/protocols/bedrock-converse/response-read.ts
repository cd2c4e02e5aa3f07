import type { ReadOptions } from '../../ir/codec.ts';
import { finishOf, hasToolCalls } from '../../ir/finish.ts';
import type { IrResponse } from '../../ir/response.ts';
import { isObject, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { readBlock } from './blocks-read.ts';
import { converseFailureIn } from './errors.ts';
import { readStop } from './finish.ts';
import { readConverseServedAs, readConverseUsage } from './usage.ts';

/** `metrics` is the upstream's own latency, which the gateway measures itself. */
const known: ReadonlySet<string> = new Set([
  'output',
  'stopReason',
  'usage',
  'metrics',
  'serviceTier',
  'additionalModelResponseFields',
]);

/** Reads a whole answer of Converse, or the failure inside a 200. Never throws, on any JSON. */
export function readConverseResponse(
  json: Json,
  options: ReadOptions,
): IrResponse | { readonly failure: UpstreamFailure } {
  const { readUsage = readConverseUsage } = options;
  const output = isObject(json) ? objectAt(json, 'output') : undefined;
  const message = output && objectAt(output, 'message');
  if (!isObject(json) || !message) {
    const told = isObject(json) && ('__type' in json || 'message' in json) ? json : undefined;
    return { failure: told ? converseFailureIn(undefined, told) : unreadable };
  }
  const parts = objectsAt(message, 'content').map(readBlock);
  const usage = objectAt(json, 'usage');
  const fields = restOf(json, known);
  return {
    // Converse gives its answers no id, and does not repeat the model.
    id: options.requestId,
    model: '',
    choices: [{ index: 0, parts, finish: finishOf(readStop(json), hasToolCalls(parts)) }],
    usage: usage && readUsage(usage),
    servedAs: readConverseServedAs(json),
    serviceTier: tierOf(json),
    extensions: fields && { by: 'bedrock-converse', fields },
  };
}

function tierOf(json: JsonObject): string | undefined {
  const tier = objectAt(json, 'serviceTier');
  return tier && textAt(tier, 'type');
}

const unreadable: UpstreamFailure = {
  status: 502,
  message: 'The upstream answered with something that is not a message.',
  type: undefined,
  code: undefined,
  param: undefined,
};
