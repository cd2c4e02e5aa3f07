import type { Invalid, JsonObject } from '../protocol.ts';

/** Fields by which it is decided who serves a request, whose it is, and what it may cost. */
const decisive: ReadonlySet<string> = new Set([
  'background',
  'best_of',
  'container',
  'conversation',
  'enable_search',
  'extra_body',
  'fallbacks',
  'file_ids',
  'input',
  'max_completion_tokens',
  'max_output_tokens',
  'max_tokens',
  'messages',
  'modalities',
  'model',
  'models',
  'n',
  'plugins',
  'preset',
  'previous_response_id',
  'prompt',
  'provider',
  'route',
  'search_options',
  'search_parameters',
  'service_tier',
  'speed',
  'store',
  'stream',
  'stream_options',
  'tools',
  'vector_store_ids',
  'web_search_options',
]);

/** Fields by which an item is known to be new or another's. */
const decisiveOfItem: ReadonlySet<string> = new Set([
  'content',
  'container_id',
  'encrypted_content',
  'id',
  'role',
  'type',
]);

const asWritten = /^[a-z0-9_]*$/;

/**
 * Some vendors' parsers take `MODEL` for `model`, and the last of both, so a field could be one thing here and another there.
 * Complains of a key that differs from a decisive one only in its case; of Unicode's cases too, as Go folds them.
 */
export function faultOfLookalikes(json: JsonObject, param: string | null = null): Invalid | undefined {
  const names = param === null ? decisive : decisiveOfItem;
  for (const key of Object.keys(json)) {
    if (asWritten.test(key)) continue;
    const folded = key.toUpperCase().toLowerCase();
    if (names.has(folded))
      return {
        invalid: `"${folded}" must be written so, not in other letters.`,
        param: param === null ? folded : param,
      };
  }
  return undefined;
}
