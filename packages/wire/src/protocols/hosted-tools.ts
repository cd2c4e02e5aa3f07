import { isObject, isList, numberAt, objectAt, textAt } from '../json/fields.ts';
import type { HostedTool, JsonObject } from '../protocol.ts';

/** Tools that run at the vendor and are billed by their use, by how their types begin, in every protocol that has types of tools. */
const billed: readonly (readonly [type: string, bucket: HostedTool['bucket']])[] = [
  ['web_search', 'searches'],
  ['browser_search', 'searches'],
  // https://docs.x.ai/developers/pricing
  ['x_search', 'searches'],
  ['file_search', 'fileSearches'],
  ['collections_search', 'fileSearches'],
  ['image_generation', 'images'],
  // What they run in is paid, not each of their uses: https://developers.openai.com/api/docs/pricing
  ['code_interpreter', 'toolCalls'],
  ['shell', 'toolCalls'],
];

/** A shell of the client's own. https://developers.openai.com/api/docs/guides/tools-shell */
const isLocal = (tool: JsonObject): boolean =>
  textAt(tool, 'type') === 'shell' && !textAt(objectAt(tool, 'environment') ?? {}, 'type')?.startsWith('container');

/** More than any vendor does for one request. */
const mostUses = 1000;

const bound = (count: number | undefined): number | undefined =>
  count !== undefined && count >= 0 ? Math.min(count, mostUses) : undefined;

/**
 * Of the tools that a request offers, those that are billed by their use; undefined when there are none. `max_uses` bounds one
 * (Anthropic), `max_tool_calls` all of them together (Responses).
 */
export function hostedToolsIn(json: JsonObject): readonly HostedTool[] | undefined {
  const { tools } = json;
  if (!isList(tools) || tools.length === 0) return undefined;
  const all = bound(numberAt(json, 'max_tool_calls'));
  const hosted = new Map<HostedTool['bucket'], HostedTool>();
  for (const tool of tools) {
    const type = isObject(tool) ? textAt(tool, 'type') : undefined;
    const bucket = type && billed.find(([begins]) => type.startsWith(begins))?.[1];
    if (!bucket || !isObject(tool) || hosted.has(bucket) || isLocal(tool)) continue;
    hosted.set(bucket, { bucket, most: bound(numberAt(tool, 'max_uses')) ?? all });
  }
  return hosted.size === 0 ? undefined : [...hosted.values()];
}
