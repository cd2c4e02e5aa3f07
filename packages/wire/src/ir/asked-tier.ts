import { objectsAt } from '../json/fields.ts';
import type { JsonObject } from '../protocol.ts';

/** Fields of a request, in any protocol, that ask for a tier. */
const tierFields = new Set(['service_tier', 'serviceTier', 'speed', 'performanceConfig']);

/** Whether writing at this dotted path of a request changes at which tier it may be served. */
export const asksForTier = (path: string): boolean => tierFields.has(path.split('.', 1)[0] ?? '');

/** The fields by which a request asks for a tier, by their paths. */
export function tierFieldsIn(json: JsonObject): readonly string[] {
  const fields = Object.keys(json).filter((field) => tierFields.has(field));
  const inside = objectsAt(json, 'fallbacks').some((fallback) => Object.hasOwn(fallback, 'speed'));
  return inside ? [...fields, 'fallbacks.speed'] : fields;
}

/** A request that asks for no tier, of itself or of the models that it falls back to. */
export function withoutTier(json: JsonObject): JsonObject {
  const kept = Object.entries(json).filter(([field]) => !tierFields.has(field));
  const body: JsonObject = Object.fromEntries(kept);
  if (objectsAt(json, 'fallbacks').length === 0) return body;
  const fallbacks = objectsAt(json, 'fallbacks').map(({ speed: _, ...fallback }) => fallback);
  return { ...body, fallbacks };
}
