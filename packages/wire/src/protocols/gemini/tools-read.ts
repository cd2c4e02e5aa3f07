import type { Loss } from '../../ir/loss.ts';
import type { HostedTool } from '../../ir/part.ts';
import type { HostedToolSpec, IrTool, ToolChoice } from '../../ir/request.ts';
import { isObject, objectAt, objectsAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { camelKeys } from './cases.ts';
import { readSchema } from './schema-read.ts';

const by = 'gemini';

const hosted: ReadonlyMap<string, HostedTool> = new Map<string, HostedTool>([
  ['googleSearch', 'web-search'],
  ['googleSearchRetrieval', 'web-search'],
  ['enterpriseWebSearch', 'web-search'],
  ['codeExecution', 'code-execution'],
  ['urlContext', 'web-fetch'],
  ['fileSearch', 'file-search'],
  ['googleMaps', 'maps'],
  ['computerUse', 'computer-use'],
  ['mcpServers', 'mcp'],
]);

const functionKeys: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);

/** Reads `tools`: each entry may hold functions and built-in tools side by side. */
export function readTools(json: JsonObject): readonly IrTool[] | undefined {
  const tools: IrTool[] = [];
  for (const entry of objectsAt(json, 'tools').map(camelKeys)) {
    for (const [key, value] of Object.entries(entry)) {
      if (key === 'functionDeclarations') for (const item of objectsAt(entry, key)) tools.push(readFunction(item));
      else if (value !== null) tools.push(readHosted(key, value));
    }
  }
  return tools.length > 0 ? tools : undefined;
}

function readFunction(written: JsonObject): IrTool {
  const json = camelKeys(written);
  const parameters = objectAt(json, 'parameters');
  const fields = restOf(json, functionKeys);
  return {
    type: 'function',
    name: textAt(json, 'name') ?? '',
    description: textAt(json, 'description'),
    schema: objectAt(json, 'parametersJsonSchema') ?? (parameters && readSchema(parameters)),
    extensions: fields && { by, fields },
  };
}

function readHosted(key: string, value: Json): HostedToolSpec {
  const options = isObject(value) ? camelKeys(value) : {};
  const blocked = textsAt(options, 'excludeDomains');
  return {
    type: 'hosted',
    tool: hosted.get(key) ?? 'other',
    by,
    raw: { [key]: value },
    name: key,
    blockedDomains: blocked.length > 0 ? blocked : undefined,
  };
}

/** What `toolConfig` says: the choice, and what only Gemini has. */
export function readToolConfig(json: JsonObject): {
  readonly choice?: ToolChoice | undefined;
  readonly rest?: JsonObject | undefined;
  readonly losses: readonly Loss[];
} {
  const written = objectAt(json, 'toolConfig');
  if (!written) return { losses: [] };
  const config = camelKeys(written);
  const calling = objectAt(config, 'functionCallingConfig');
  const rest = restOf(config, new Set(['functionCallingConfig']));
  if (!calling) return { rest, losses: [] };
  const { choice, losses } = readChoice(camelKeys(calling));
  return { choice, rest, losses };
}

const notValidated: Loss = {
  path: 'toolChoice',
  kind: 'approximated',
  detail: 'VALIDATED became the choice of the model',
};

function readChoice(calling: JsonObject): { readonly choice?: ToolChoice; readonly losses: readonly Loss[] } {
  const names = textsAt(calling, 'allowedFunctionNames');
  const [only] = names;
  switch (textAt(calling, 'mode')?.toUpperCase()) {
    case 'NONE':
      return { choice: { type: 'none' }, losses: [] };
    case 'ANY':
      if (only === undefined) return { choice: { type: 'required' }, losses: [] };
      if (names.length === 1) return { choice: { type: 'tool', name: only, kind: 'function' }, losses: [] };
      return { choice: { type: 'allowed', mode: 'required', names }, losses: [] };
    case 'VALIDATED':
      if (only === undefined) return { choice: { type: 'auto' }, losses: [notValidated] };
      return { choice: { type: 'allowed', mode: 'auto', names }, losses: [notValidated] };
    case 'AUTO':
      return { choice: { type: 'auto' }, losses: [] };
    default:
      return { losses: [] };
  }
}
