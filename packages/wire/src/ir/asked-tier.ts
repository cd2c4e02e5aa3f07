import { objectsAt } from '../json/fields.ts';
import type { JsonObject } from '../protocol.ts';

/** Fields of a request, in any protocol, that ask for a tier. */
const tierFields = new Set(['service_tier', 'serviceTier', 'speed', 'performanceConfig']);

/** The field by which a request asks for a geography. https://platform.claude.com/docs/en/manage-claude/data-residency */
export const geoField = 'inference_geo';

/** Whether writing at this dotted path of a request changes at which tier, or within which geography, it may be served. */
export function asksForTier(path: string): boolean {
  const field = path.split('.', 1)[0] ?? '';
  return tierFields.has(field) || field === geoField;
}

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
