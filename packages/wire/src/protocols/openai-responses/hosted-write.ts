import type { LossTracker } from '../../ir/loss.ts';
import type { HostedCallPart, HostedResultPart } from '../../ir/part.ts';
import { compact, parseObject, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const own = 'openai-responses';

/**
 * A hosted tool's call, with its result where that followed, as the one item that OpenAI has for both; undefined when it
 * has none, and then the loss is noted.
 */
export function writeHosted(
  call: HostedCallPart,
  result: HostedResultPart | undefined,
  id: (prefix: string) => string,
  path: string,
  lossTracker: LossTracker,
): JsonObject | undefined {
  if (call.raw.by === own) return call.raw.value as JsonObject;
  const args = parseObject(call.arguments) ?? {};
  const failed = result?.error !== undefined;
  const status = failed ? 'failed' : 'completed';
  const text = result?.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n') ?? '';
  switch (call.tool) {
    case 'web-search': {
      const query = textAt(args, 'query') ?? '';
      const sources = result?.sources?.map(({ url }) => ({ type: 'url', url }));
      const action = compact({ type: 'search', query, queries: [query], sources });
      return { id: id('ws'), type: 'web_search_call', status, action };
    }
    case 'web-fetch':
      return {
        id: id('ws'),
        type: 'web_search_call',
        status,
        action: { type: 'open_page', url: textAt(args, 'url') ?? null },
      };
    case 'code-execution':
      return {
        id: id('ci'),
        type: 'code_interpreter_call',
        status,
        code: textAt(args, 'code') ?? textAt(args, 'command') ?? call.arguments,
        container_id: '',
        outputs: text === '' ? [] : [{ type: 'logs', logs: text }],
      };
    case 'mcp':
      return {
        id: id('mcp'),
        type: 'mcp_call',
        status,
        server_label: '',
        name: call.name,
        arguments: call.arguments,
        output: text === '' ? null : text,
        error: failed ? { type: 'mcp_tool_execution_error', content: result.error } : null,
      };
    default:
      lossTracker.dropped(path, `a call of ${call.raw.by}'s own tool`);
      return undefined;
  }
}

/** A result whose call was not told directly before it. */
export function loseResult(result: HostedResultPart, path: string, lossTracker: LossTracker): void {
  if (result.raw.by !== own) lossTracker.dropped(path, `the result of ${result.raw.by}'s own tool`);
}

type Stage = { readonly type: string; readonly fields?: JsonObject | undefined };

/** What is told between the first and the last word of an item that comes whole. */
export function stagesOf(item: JsonObject): readonly Stage[] {
  const type = textAt(item, 'type') ?? '';
  const failed = textAt(item, 'status') === 'failed';
  switch (type) {
    case 'web_search_call':
    case 'file_search_call':
      return [stage(type, 'in_progress'), stage(type, 'searching'), stage(type, 'completed')];
    case 'image_generation_call':
      return [stage(type, 'in_progress'), stage(type, 'generating'), stage(type, 'completed')];
    case 'code_interpreter_call': {
      const code = textAt(item, 'code') ?? '';
      return [
        stage(type, 'in_progress'),
        { type: 'response.code_interpreter_call_code.delta', fields: { delta: code } },
        { type: 'response.code_interpreter_call_code.done', fields: { code } },
        stage(type, 'interpreting'),
        stage(type, 'completed'),
      ];
    }
    case 'mcp_call': {
      const text = textAt(item, 'arguments') ?? '';
      return [
        stage(type, 'in_progress'),
        { type: 'response.mcp_call_arguments.delta', fields: { delta: text } },
        { type: 'response.mcp_call_arguments.done', fields: { arguments: text } },
        stage(type, failed ? 'failed' : 'completed'),
      ];
    }
    case 'mcp_list_tools':
      return [stage(type, 'in_progress'), stage(type, 'completed')];
    default:
      return [];
  }
}

function stage(type: string, word: string): Stage {
  return { type: `response.${type}.${word}` };
}

/** What an item that comes whole begins as. */
export function beginningOf(item: JsonObject): JsonObject {
  switch (textAt(item, 'type')) {
    case 'image_generation_call':
      return { ...item, status: 'in_progress', result: null };
    case 'code_interpreter_call':
      return { ...item, status: 'in_progress', code: '', outputs: null };
    case 'mcp_call':
      return { ...item, status: 'in_progress', arguments: '', output: null };
    case 'mcp_list_tools':
      return { ...item, tools: [] };
    default:
      return item['status'] === undefined ? item : { ...item, status: 'in_progress' };
  }
}
