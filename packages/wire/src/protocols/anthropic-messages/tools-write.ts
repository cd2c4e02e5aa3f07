import { asFunction } from '../../ir/fit-tools.ts';
import type { LossTracker } from '../../ir/loss.ts';
import type { FunctionTool, HostedToolSpec, IrRequest, IrTool } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeCache } from './blocks-write.ts';

const own = 'anthropic-messages';

/** The tools of a request, and how they may be chosen. */
export function writeTools(request: IrRequest, lossTracker: LossTracker): JsonObject {
  const { toolChoice } = request;
  const allowed = toolChoice?.type === 'allowed' ? new Set(toolChoice.names) : undefined;
  const tools: JsonObject[] = [];
  for (const [i, tool] of (request.tools ?? []).entries()) {
    if (allowed && tool.type !== 'hosted' && !allowed.has(tool.name)) continue;
    const written = writeTool(tool, `tools[${i}]`, lossTracker);
    if (written) tools.push(written);
  }
  if (tools.length === 0) {
    if (toolChoice && toolChoice.type !== 'none' && toolChoice.type !== 'auto')
      lossTracker.dropped('toolChoice', 'there is no tool to choose');
    return {};
  }
  const choice = writeChoice(request, lossTracker);
  return choice ? { tools, tool_choice: choice } : { tools };
}

function writeTool(tool: IrTool, path: string, lossTracker: LossTracker): JsonObject | undefined {
  const cache_control = writeCache(tool.cache, path, lossTracker);
  switch (tool.type) {
    case 'function':
      return writeFunction(tool, path, lossTracker, cache_control);
    case 'custom':
      return writeFunction(asFunction(tool), path, lossTracker, cache_control);
    case 'hosted':
      return writeHosted(tool, path, lossTracker, cache_control);
  }
}

function writeFunction(
  tool: FunctionTool,
  path: string,
  lossTracker: LossTracker,
  cache_control: JsonObject | undefined,
): JsonObject {
  lossTracker.extensions(path, tool.extensions, own);
  const schema = tool.schema ?? {};
  return compact({
    name: tool.name,
    description: tool.description,
    // The outermost type is demanded, and clients of other protocols leave it out of tools without arguments.
    input_schema: schema['type'] === 'object' ? schema : { type: 'object', properties: {}, ...schema },
    strict: tool.strict === true ? true : undefined,
    cache_control,
    ...(tool.extensions?.by === own ? tool.extensions.fields : undefined),
  });
}

const usesOfContext: Readonly<Record<string, number>> = { low: 1, medium: 5, high: 10 };

function writeHosted(
  tool: HostedToolSpec,
  path: string,
  lossTracker: LossTracker,
  cache_control: JsonObject | undefined,
): JsonObject | undefined {
  if (tool.by === own) return tool.raw;
  switch (tool.tool) {
    case 'web-search': {
      const bySize = tool.searchContextSize === undefined ? undefined : usesOfContext[tool.searchContextSize];
      if (bySize !== undefined && tool.maxUses === undefined)
        lossTracker.approximated(`${path}.searchContextSize`, `became ${bySize} searches at most`);
      return compact({
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: tool.maxUses ?? bySize,
        allowed_domains: tool.allowedDomains,
        blocked_domains: tool.allowedDomains ? undefined : tool.blockedDomains,
        user_location: tool.userLocation && { type: 'approximate', ...tool.userLocation },
        cache_control,
      });
    }
    case 'web-fetch':
      return compact({
        type: 'web_fetch_20250910',
        name: 'web_fetch',
        max_uses: tool.maxUses,
        allowed_domains: tool.allowedDomains,
        blocked_domains: tool.allowedDomains ? undefined : tool.blockedDomains,
        cache_control,
      });
    case 'code-execution':
      lossTracker.approximated(path, "Anthropic's own sandbox runs the code");
      return compact({ type: 'code_execution_20250825', name: 'code_execution', cache_control });
    default:
      lossTracker.dropped(path, `only ${tool.by} runs this tool`);
      return undefined;
  }
}

function writeChoice(request: IrRequest, lossTracker: LossTracker): JsonObject | undefined {
  const { toolChoice, parallelToolCalls } = request;
  const disable = parallelToolCalls === false ? { disable_parallel_tool_use: true } : undefined;
  switch (toolChoice?.type) {
    case undefined:
      return disable && { type: 'auto', ...disable };
    case 'none':
      return { type: 'none' };
    case 'auto':
      return { type: 'auto', ...disable };
    case 'required':
      return { type: 'any', ...disable };
    case 'allowed':
      return { type: toolChoice.mode === 'required' ? 'any' : 'auto', ...disable };
    case 'tool':
      return { type: 'tool', name: toolChoice.name, ...disable };
    case 'hosted':
      if (toolChoice.tool === 'web-search') return { type: 'tool', name: 'web_search', ...disable };
      lossTracker.approximated('toolChoice', 'some tool must be called, not this one');
      return { type: 'any', ...disable };
  }
}
