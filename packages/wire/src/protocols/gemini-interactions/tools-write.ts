import { asFunction } from '../../ir/fit-tools.ts';
import type { LossTracker } from '../../ir/loss.ts';
import type { FunctionTool, HostedToolSpec, IrRequest } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import type { GeminiTraits } from '../gemini/models.ts';

const own = 'gemini-interactions';

/** The tools of a request and how they may be chosen. */
export function writeTools(
  request: IrRequest,
  traits: GeminiTraits,
  lossTracker: LossTracker,
): { readonly tools: readonly JsonObject[]; readonly choice: Json | undefined } {
  const functions: JsonObject[] = [];
  const hosted: JsonObject[] = [];
  for (const [i, tool] of (request.tools ?? []).entries()) {
    const path = `tools[${i}]`;
    if (tool.cache) lossTracker.dropped(`${path}.cache`, 'Gemini caches by itself');
    if (tool.type === 'hosted') {
      const written = writeHosted(tool, path, lossTracker);
      if (written) hosted.push(written);
    } else functions.push(writeFunction(tool.type === 'custom' ? asFunction(tool) : tool, path, lossTracker));
  }
  if (functions.length > 0 && hosted.length > 0 && !traits.combines && request.by !== own) {
    lossTracker.dropped('tools', 'the model takes either functions or built-in tools; the functions were kept');
    hosted.length = 0;
  }
  return { tools: [...functions, ...hosted], choice: writeChoice(request, functions.length > 0, lossTracker) };
}

function writeFunction(tool: FunctionTool, path: string, lossTracker: LossTracker): JsonObject {
  if (tool.strict === true) lossTracker.dropped(`${path}.strict`, 'Gemini does not enforce a schema of arguments');
  lossTracker.extensions(path, tool.extensions, own);
  const { name, description, schema: parameters } = tool;
  const extra = tool.extensions?.by === own ? tool.extensions.fields : undefined;
  return compact({ type: 'function', name, description, parameters, ...extra });
}

function writeHosted(tool: HostedToolSpec, path: string, lossTracker: LossTracker): JsonObject | undefined {
  if (tool.by === own) return tool.raw;
  for (const key of ['maxUses', 'allowedDomains', 'blockedDomains', 'userLocation', 'searchContextSize'] as const)
    if (tool[key] !== undefined) lossTracker.dropped(`${path}.${key}`, 'Gemini decides by itself');
  switch (tool.tool) {
    case 'web-search':
      return { type: 'google_search' };
    case 'web-fetch':
      return { type: 'url_context' };
    case 'code-execution':
      if (tool.by !== 'gemini') lossTracker.approximated(path, "Google's own sandbox runs the code");
      return { type: 'code_execution' };
    default:
      lossTracker.dropped(path, `only ${tool.by} runs this tool`);
      return undefined;
  }
}

function writeChoice(request: IrRequest, hasFunctions: boolean, lossTracker: LossTracker): Json | undefined {
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
    case 'none':
      return toolChoice.type;
    case 'required':
      return 'any';
    case 'tool':
      return { allowed_tools: { mode: 'any', tools: [toolChoice.name] } };
    case 'allowed':
      return { allowed_tools: { mode: toolChoice.mode === 'required' ? 'any' : 'auto', tools: toolChoice.names } };
    case 'hosted':
      lossTracker.dropped('toolChoice', 'Gemini cannot be made to use a built-in tool');
      return undefined;
  }
}
