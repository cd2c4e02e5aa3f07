import type { IrTool, ToolChoice } from '../../ir/request.ts';
import { at, flagAt, isObject, numberAt, objectAt, objectsAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { extensionsOf } from './content-read.ts';
import { hostedToolOf } from './items-read.ts';

const by = 'openai-responses';

const functionKeys: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict']);
const customKeys: ReadonlySet<string> = new Set(['type', 'name', 'description', 'format']);

/** The tools of a request; undefined when there are none. */
export function readTools(json: JsonObject): readonly IrTool[] | undefined {
  const tools = objectsAt(json, 'tools').map(readTool);
  return tools.length > 0 ? tools : undefined;
}

function readTool(json: JsonObject): IrTool {
  const type = textAt(json, 'type') ?? '';
  const name = textAt(json, 'name');
  switch (type) {
    case 'function':
      return {
        type: 'function',
        name: name ?? '',
        description: textAt(json, 'description'),
        schema: objectAt(json, 'parameters'),
        strict: flagAt(json, 'strict'),
        extensions: extensionsOf(json, functionKeys),
      };
    case 'custom':
      return {
        type: 'custom',
        name: name ?? '',
        description: textAt(json, 'description'),
        format: objectAt(json, 'format'),
        extensions: extensionsOf(json, customKeys),
      };
    default:
  }
  const filters = objectAt(json, 'filters');
  const allowed = filters ? textsAt(filters, 'allowed_domains') : [];
  const location = objectAt(json, 'user_location');
  return {
    type: 'hosted',
    tool: hostedToolOf(type),
    by,
    raw: json,
    name,
    maxUses: numberAt(json, 'max_uses'),
    allowedDomains: allowed.length > 0 ? allowed : undefined,
    userLocation: location && restOf(location, new Set(['type'])),
    searchContextSize: textAt(json, 'search_context_size'),
  };
}

/** How tools may be chosen; undefined when nothing that is understood is said. */
export function readToolChoice(json: JsonObject): ToolChoice | undefined {
  const choice = at(json, 'tool_choice');
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  if (!isObject(choice)) return undefined;
  const type = textAt(choice, 'type') ?? '';
  switch (type) {
    case 'function':
    case 'custom':
      return { type: 'tool', name: textAt(choice, 'name') ?? '', kind: type };
    case 'allowed_tools': {
      const mode = textAt(choice, 'mode') === 'required' ? 'required' : 'auto';
      const names = objectsAt(choice, 'tools').map((tool) => textAt(tool, 'name'));
      return { type: 'allowed', mode, names: names.filter((name) => name !== undefined) };
    }
    default:
      return { type: 'hosted', tool: hostedToolOf(type), raw: choice, by };
  }
}
