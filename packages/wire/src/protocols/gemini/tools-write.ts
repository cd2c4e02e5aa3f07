import { asFunction } from '../../ir/fit-tools.ts';
import type { LossTracker } from '../../ir/loss.ts';
import type { FunctionTool, HostedToolSpec, IrRequest } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import type { GeminiTraits } from './models.ts';
import { cleanSchema } from './schema-clean.ts';

const own = 'gemini';

/** The tools of a request and how they may be chosen: `tools` and `toolConfig`. */
export function writeTools(request: IrRequest, traits: GeminiTraits, lossTracker: LossTracker): JsonObject {
  const { toolChoice } = request;
  // `allowedFunctionNames` needs a forced call; of a free choice the others are left out.
  const allowed = toolChoice?.type === 'allowed' && toolChoice.mode === 'auto' ? new Set(toolChoice.names) : undefined;
  const functions: JsonObject[] = [];
  const hosted: JsonObject[] = [];
  for (const [i, tool] of (request.tools ?? []).entries()) {
    const path = `tools[${i}]`;
    if (tool.cache) lossTracker.dropped(`${path}.cache`, 'Gemini caches by itself, or a whole prefix by name');
    if (tool.type === 'hosted') {
      const written = writeHosted(tool, path, lossTracker);
      if (written) hosted.push(written);
      continue;
    }
    if (allowed && !allowed.has(tool.name)) continue;
    lossTracker.extensions(path, tool.extensions, own);
    functions.push(writeFunction(tool.type === 'custom' ? asFunction(tool) : tool, path, lossTracker));
  }
  if (functions.length > 0 && hosted.length > 0 && !traits.combines && request.by !== own) {
    lossTracker.dropped('tools', 'the model takes either functions or built-in tools; the functions were kept');
    hosted.length = 0;
  }
  const tools = functions.length > 0 ? [{ functionDeclarations: functions }, ...hosted] : hosted;
  const toolConfig = compact({
    functionCallingConfig: writeChoice(request, functions.length > 0, lossTracker),
    // https://ai.google.dev/gemini-api/docs/tool-combination
    includeServerSideToolInvocations:
      functions.length > 0 && hosted.length > 0 && request.by !== own ? true : undefined,
  });
  return compact({
    tools: tools.length > 0 ? tools : undefined,
    toolConfig: Object.keys(toolConfig).length > 0 ? toolConfig : undefined,
  });
}

function writeFunction(tool: FunctionTool, path: string, lossTracker: LossTracker): JsonObject {
  const { schema } = tool;
  if (tool.strict === true) lossTracker.dropped(`${path}.strict`, 'Gemini does not enforce a schema of arguments');
  const cut: string[] = [];
  const parameters = schema && cleanSchema(schema, (what) => cut.push(what));
  if (cut.length > 0) lossTracker.approximated(`${path}.schema`, `without ${[...new Set(cut)].join(', ')}`);
  return compact({
    name: tool.name,
    description: tool.description,
    // An object without properties is refused; a function without parameters is not.
    parameters: parameters?.['properties'] || parameters?.['anyOf'] ? parameters : undefined,
    ...(tool.extensions?.by === own ? tool.extensions.fields : undefined),
  });
}

function writeHosted(tool: HostedToolSpec, path: string, lossTracker: LossTracker): JsonObject | undefined {
  if (tool.by === own) return tool.raw;
  for (const key of ['maxUses', 'allowedDomains', 'blockedDomains', 'userLocation', 'searchContextSize'] as const)
    if (tool[key] !== undefined) lossTracker.dropped(`${path}.${key}`, 'Gemini decides by itself');
  switch (tool.tool) {
    case 'web-search':
      return { googleSearch: {} };
    case 'web-fetch':
      return { urlContext: {} };
    case 'code-execution':
      lossTracker.approximated(path, "Google's own sandbox runs the code");
      return { codeExecution: {} };
    default:
      lossTracker.dropped(path, `only ${tool.by} runs this tool`);
      return undefined;
  }
}

function writeChoice(request: IrRequest, hasFunctions: boolean, lossTracker: LossTracker): JsonObject | undefined {
  const { toolChoice, parallelToolCalls } = request;
  if (parallelToolCalls === false)
    lossTracker.dropped('parallelToolCalls', 'Gemini may always call several functions at once');
  if (!toolChoice) return undefined;
  if (!hasFunctions) {
    if (toolChoice.type !== 'none' && toolChoice.type !== 'auto')
      lossTracker.dropped('toolChoice', 'there is no function to choose');
    return undefined;
  }
  switch (toolChoice.type) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [toolChoice.name] };
    case 'allowed':
      return toolChoice.mode === 'required'
        ? { mode: 'ANY', allowedFunctionNames: [...toolChoice.names] }
        : { mode: 'AUTO' };
    case 'hosted':
      lossTracker.dropped('toolChoice', 'Gemini cannot be made to use a built-in tool');
      return undefined;
  }
}
