import type { Loss } from '../../ir/loss.ts';
import type { HostedTool } from '../../ir/part.ts';
import type { IrTool, ToolChoice } from '../../ir/request.ts';
import { at, isObject, objectAt, objectsAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const by = 'gemini-interactions';

const hosted: ReadonlyMap<string, HostedTool> = new Map<string, HostedTool>([
  ['google_search', 'web-search'],
  ['code_execution', 'code-execution'],
  ['url_context', 'web-fetch'],
  ['file_search', 'file-search'],
  ['google_maps', 'maps'],
  ['computer_use', 'computer-use'],
  ['mcp_server', 'mcp'],
]);

const functionKeys: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters']);

/** Reads `tools`. */
export function readTools(body: JsonObject): readonly IrTool[] | undefined {
  const tools = objectsAt(body, 'tools').map(readTool);
  return tools.length > 0 ? tools : undefined;
}

function readTool(json: JsonObject): IrTool {
  const type = textAt(json, 'type') ?? '';
  if (type !== 'function')
    return { type: 'hosted', tool: hosted.get(type) ?? 'other', by, raw: json, name: textAt(json, 'name') ?? type };
  const fields = restOf(json, functionKeys);
  return {
    type: 'function',
    name: textAt(json, 'name') ?? '',
    description: textAt(json, 'description'),
    schema: objectAt(json, 'parameters'),
    extensions: fields && { by, fields },
  };
}

const notValidated: Loss = {
  path: 'toolChoice',
  kind: 'approximated',
  detail: '"validated" became the choice of the model',
};

/** Reads `tool_choice`: a word, or which tools are allowed. */
export function readToolChoice(config: JsonObject): {
  readonly choice?: ToolChoice | undefined;
  readonly losses: readonly Loss[];
} {
  const value = at(config, 'tool_choice');
  if (typeof value === 'string') return choiceOf(value, []);
  const allowed = isObject(value) ? objectAt(value, 'allowed_tools') : undefined;
  return allowed ? choiceOf(textAt(allowed, 'mode') ?? 'auto', textsAt(allowed, 'tools')) : { losses: [] };
}

function choiceOf(mode: string, names: readonly string[]): ReturnType<typeof readToolChoice> {
  const [only] = names;
  switch (mode.toLowerCase()) {
    case 'none':
      return { choice: { type: 'none' }, losses: [] };
    case 'any':
      if (only === undefined) return { choice: { type: 'required' }, losses: [] };
      if (names.length === 1) return { choice: { type: 'tool', name: only, kind: 'function' }, losses: [] };
      return { choice: { type: 'allowed', mode: 'required', names }, losses: [] };
    case 'validated':
      return { choice: freeChoice(names), losses: [notValidated] };
    case 'auto':
      return { choice: freeChoice(names), losses: [] };
    default:
      return { losses: [] };
  }
}

const freeChoice = (names: readonly string[]): ToolChoice =>
  names.length === 0 ? { type: 'auto' } : { type: 'allowed', mode: 'auto', names };
