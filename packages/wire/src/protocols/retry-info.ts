import { durationMs } from '../duration.ts';
import { isObject, numberAt, objectsAt, textAt } from '../json/fields.ts';
import type { JsonObject } from '../protocol.ts';

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto */
const type = 'type.googleapis.com/google.rpc.RetryInfo';

/** The pause that an error asks for in its details, in ms: `26s`, or its parts. */
export function readRetryInfo(error: JsonObject): number | undefined {
  const told = objectsAt(error, 'details').find((detail) => textAt(detail, '@type') === type);
  const delay = told?.['retryDelay'];
  if (typeof delay === 'string') return durationMs(delay);
  if (!isObject(delay)) return undefined;
  const seconds = Number(textAt(delay, 'seconds') ?? numberAt(delay, 'seconds') ?? 0);
  const ms = seconds * 1000 + (numberAt(delay, 'nanos') ?? 0) / 1e6;
  return Number.isFinite(ms) && ms >= 0 ? Math.round(ms) : undefined;
}

export const writeRetryInfo = (ms: number): JsonObject => ({
  '@type': type,
  retryDelay: `${Math.max(1, Math.ceil(ms / 1000))}s`,
});
