import type { LossTracker } from '../../ir/loss.ts';
import type { HostedToolSpec, IrRequest, IrTool, ToolChoice } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

const own = 'openai-responses';

/** The tools of a request, and how they may be chosen. */
export function writeTools(request: IrRequest, lossTracker: LossTracker): JsonObject {
  const { toolChoice } = request;
  const tools: JsonObject[] = [];
  for (const [i, tool] of (request.tools ?? []).entries()) {
    const written = writeTool(tool, `tools[${i}]`, request.by === own, lossTracker);
    if (written) tools.push(written);
  }
  if (tools.length === 0) {
    if (toolChoice && toolChoice.type !== 'none' && toolChoice.type !== 'auto')
      lossTracker.dropped('toolChoice', 'there is no tool to choose');
    return {};
  }
  return compact({
    tools,
    tool_choice: toolChoice && writeToolChoice(toolChoice, request, lossTracker),
    parallel_tool_calls: request.parallelToolCalls,
  });
}

/** One tool. `mine`: the client speaks Responses, where a function is strict unless it says otherwise. */
export function writeTool(tool: IrTool, path: string, mine: boolean, lossTracker: LossTracker): JsonObject | undefined {
  if (tool.cache) lossTracker.dropped(`${path}.cache`, 'OpenAI caches tools unasked');
  if (tool.type === 'hosted') return writeHosted(tool, path, lossTracker);
  lossTracker.extensions(path, tool.extensions, own);
  const { type, name, description } = tool;
  const extra = tool.extensions?.by === own ? tool.extensions.fields : undefined;
  if (tool.type === 'custom') return compact({ type, name, description, format: tool.format, ...extra });
  return {
    ...compact({ type, name, description, parameters: mine ? (tool.schema ?? null) : parametersOf(tool.schema) }),
    // Other protocols' functions are not strict unless they say so; here it is the other way round.
    ...(mine && tool.strict === undefined ? {} : { strict: tool.strict ?? false }),
    ...extra,
  };
}

/** OpenAI refuses an object without `properties`, and clients of other protocols leave them out. */
function parametersOf(schema: JsonObject = { type: 'object' }): JsonObject {
  return schema['type'] === 'object' && schema['properties'] === undefined ? { ...schema, properties: {} } : schema;
}

function writeHosted(tool: HostedToolSpec, path: string, lossTracker: LossTracker): JsonObject | undefined {
  if (tool.by === own) return tool.raw;
  switch (tool.tool) {
    case 'web-search':
      if (tool.maxUses !== undefined)
        lossTracker.dropped(`${path}.maxUses`, 'OpenAI does not cap the searches of one tool');
      if (tool.blockedDomains) lossTracker.dropped(`${path}.blockedDomains`, 'OpenAI knows only allowed domains');
      return compact({
        type: 'web_search',
        filters: tool.allowedDomains && { allowed_domains: tool.allowedDomains },
        user_location: tool.userLocation && { ...tool.userLocation, type: 'approximate' },
        search_context_size: tool.searchContextSize,
      });
    case 'code-execution':
      lossTracker.approximated(path, "OpenAI's own sandbox runs the code");
      return { type: 'code_interpreter', container: { type: 'auto' } };
    case 'image-generation':
      return { type: 'image_generation' };
    default:
      lossTracker.dropped(path, `only ${tool.by} runs this tool`);
      return undefined;
  }
}

/** How tools may be chosen. */
export function writeToolChoice(choice: ToolChoice, request: IrRequest, lossTracker: LossTracker): Json {
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.type;
    case 'tool':
      return { type: choice.kind, name: choice.name };
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.mode,
        tools: allowedTools(choice.names, request),
      };
    case 'hosted':
      if (choice.by === own) return choice.raw;
      lossTracker.approximated('toolChoice', 'some tool must be called, not this one');
      return 'required';
  }
}

function allowedTools(names: readonly string[], request: IrRequest): readonly JsonObject[] {
  const custom = new Set<string>();
  for (const tool of request.tools ?? []) if (tool.type === 'custom') custom.add(tool.name);
  return names.map((name) => ({ type: custom.has(name) ? 'custom' : 'function', name }));
}
