import type { JsonObject } from '../../protocol.ts';

/** The body with the upstream's name of the model; the argument itself when that is its name already. */
export function withModel(json: JsonObject, upstreamModel: string): JsonObject {
  return json['model'] === upstreamModel ? json : { ...json, model: upstreamModel };
}

/** The body asking for a usage report at the end of its stream, other stream options kept. */
export function withStreamUsage(json: JsonObject): JsonObject {
  const options = json['stream_options'];
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return { ...json, stream_options: { include_usage: true } };
  }
  const before = options as JsonObject;
  if (before['include_usage'] === true) return json;
  return { ...json, stream_options: { ...before, include_usage: true } };
}
