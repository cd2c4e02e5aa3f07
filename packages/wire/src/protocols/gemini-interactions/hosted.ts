import type { LossTracker } from '../../ir/loss.ts';
import type { HostedCallPart, HostedResultPart, HostedTool } from '../../ir/part.ts';
import { at, compact, isList, isObject, objectAt, objectsAt, parseObject, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { readContents } from './content-read.ts';

const own = 'gemini-interactions';

const CALL = '_call';
const RESULT = '_result';

/** Google's own tools, by what their steps begin with. */
const tools: ReadonlyMap<string, HostedTool> = new Map<string, HostedTool>([
  ['google_search', 'web-search'],
  ['code_execution', 'code-execution'],
  ['url_context', 'web-fetch'],
  ['file_search', 'file-search'],
  ['google_maps', 'maps'],
  ['mcp_server_tool', 'mcp'],
  ['retrieval', 'other'],
  ['processing', 'other'],
]);

/** What Google's own tools did, from a step; undefined for a step of any other kind. */
export function readHosted(step: JsonObject): HostedCallPart | HostedResultPart | undefined {
  const type = textAt(step, 'type') ?? '';
  if (type.endsWith(CALL)) {
    const tool = tools.get(type.slice(0, -CALL.length));
    return tool && readCall(step, type.slice(0, -CALL.length), tool);
  }
  const tool = type.endsWith(RESULT) ? tools.get(type.slice(0, -RESULT.length)) : undefined;
  return tool && readResult(step, tool);
}

function readCall(step: JsonObject, name: string, tool: HostedTool): HostedCallPart {
  const given = objectAt(step, 'arguments') ?? {};
  return {
    type: 'hosted-call',
    tool,
    callId: textAt(step, 'id') ?? '',
    name: textAt(step, 'name') ?? name,
    arguments: tool === 'code-execution' ? (textAt(given, 'code') ?? '') : JSON.stringify(given),
    raw: { by: own, value: step },
  };
}

function readResult(step: JsonObject, tool: HostedTool): HostedResultPart {
  const result = at(step, 'result');
  const pages = objectsAt(step, 'result').flatMap((one) => textAt(one, 'url') ?? []);
  const said = typeof result === 'string' || (isList(result) && tool === 'mcp') ? readContents(result) : [];
  return {
    type: 'hosted-result',
    tool,
    callId: textAt(step, 'call_id') ?? '',
    content: said.filter((part) => part.type !== 'text' || part.text !== ''),
    ...(pages.length > 0 && { sources: pages.map((url) => ({ url })) }),
    error: at(step, 'is_error') === true ? 'error' : undefined,
    raw: { by: own, value: step },
  };
}

/** How often a step searched the web, by its queries. */
export const queriesOf = (step: JsonObject): number =>
  textAt(step, 'type') === 'google_search_call' ? textsAt(objectAt(step, 'arguments') ?? {}, 'queries').length : 0;

/** A hosted call as a step of an answer; undefined when Google has no such tool, and then the loss is noted. */
export function writeHostedCall(part: HostedCallPart, path: string, lossTracker: LossTracker): JsonObject | undefined {
  if (part.raw.by === own) return isObject(part.raw.value) ? part.raw.value : undefined;
  const id = part.callId;
  switch (part.tool) {
    case 'web-search':
      return { type: 'google_search_call', id, arguments: { queries: queriesIn(part.arguments) } };
    case 'web-fetch':
      return { type: 'url_context_call', id, arguments: { urls: urlsIn(part.arguments) } };
    case 'code-execution':
      return { type: 'code_execution_call', id, arguments: { language: 'python', code: codeIn(part.arguments) } };
    default:
      lossTracker.dropped(path, `Google has no step for a call of ${part.raw.by}'s own tool`);
      return undefined;
  }
}

/** What it gave, in the same way. */
export function writeHostedResult(
  part: HostedResultPart,
  path: string,
  lossTracker: LossTracker,
): JsonObject | undefined {
  if (part.raw.by === own) return isObject(part.raw.value) ? part.raw.value : undefined;
  const head = { call_id: part.callId, is_error: part.error === undefined ? undefined : true };
  switch (part.tool) {
    case 'web-search':
      return compact({ type: 'google_search_result', ...head, result: [] });
    case 'web-fetch':
      return compact({
        type: 'url_context_result',
        ...head,
        result: (part.sources ?? []).map(({ url }) => ({
          url,
          status: part.error === undefined ? 'success' : 'error',
        })),
      });
    case 'code-execution': {
      const output = part.content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n');
      return compact({ type: 'code_execution_result', ...head, result: output });
    }
    default:
      lossTracker.dropped(path, `Google has no step for the result of ${part.raw.by}'s own tool`);
      return undefined;
  }
}

/** What others call the words of a search: one query, or several. */
function queriesIn(written: string): readonly string[] {
  const json = parseObject(written) ?? {};
  const several = textsAt(json, 'queries');
  const one = textAt(json, 'query');
  return several.length > 0 || one === undefined ? several : [one];
}

function urlsIn(written: string): readonly string[] {
  const json = parseObject(written) ?? {};
  const several = textsAt(json, 'urls');
  const one = textAt(json, 'url');
  return several.length > 0 || one === undefined ? several : [one];
}

/** The code itself, where others wrap it. */
const codeIn = (written: string): string => textAt(parseObject(written) ?? {}, 'code') ?? written;
