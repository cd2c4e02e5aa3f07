import { asFunction } from '../../ir/fit-tools.ts';
import type { LossTracker } from '../../ir/loss.ts';
import { callNames, type FunctionTool, type HostedToolSpec, type IrRequest, type IrTool } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeCachePoint } from './blocks-write.ts';
import type { MediaScene } from './media-write.ts';

const own = 'bedrock-converse';

/**
 * `toolConfig`, or undefined for none. Bedrock cannot be told to call no tool: the tools are left out then, but where
 * earlier calls are in the conversation it demands `toolConfig`, so there they stay and the loss is noted.
 */
export function writeToolConfig(request: IrRequest, used: boolean, scene: MediaScene): JsonObject | undefined {
  const { lossTracker } = scene;
  const { toolChoice } = request;
  const forbidden = toolChoice?.type === 'none';
  const allowed = toolChoice?.type === 'allowed' ? new Set(toolChoice.names) : undefined;
  const tools: JsonObject[] = [];
  if (!forbidden || used) {
    for (const [i, tool] of (request.tools ?? []).entries()) {
      if (allowed && tool.type !== 'hosted' && !allowed.has(tool.name)) continue;
      const written = writeTool(tool, `tools[${i}]`, scene);
      if (written) tools.push(written);
      const point = written && writeCachePoint(tool.cache, `tools[${i}]`, scene, true);
      if (point) tools.push(point);
    }
  }
  if (forbidden && tools.length > 0)
    lossTracker.dropped('toolChoice', 'beside earlier calls Bedrock demands the tools, and cannot forbid them');
  if (request.parallelToolCalls === false && tools.length > 0)
    lossTracker.dropped('parallelToolCalls', 'Bedrock may always call several tools at once');
  if (tools.length > 0) return compact({ tools, toolChoice: writeChoice(request, scene) });
  if (toolChoice && toolChoice.type !== 'none' && toolChoice.type !== 'auto')
    lossTracker.dropped('toolChoice', 'there is no tool to choose');
  return used ? declareCalled(request, lossTracker) : undefined;
}

/** The client offers no tool, but its conversation has calls: they are declared, for Bedrock refuses them otherwise. */
function declareCalled(request: IrRequest, lossTracker: LossTracker): JsonObject | undefined {
  const names = [...new Set(callNames(request.messages).values())].filter((name) => name !== '');
  if (names.length === 0) return undefined;
  lossTracker.approximated('tools', 'the tools of earlier calls were declared, as Bedrock demands');
  return { tools: names.map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } })) };
}

function writeTool(tool: IrTool, path: string, scene: MediaScene): JsonObject | undefined {
  switch (tool.type) {
    case 'function':
      return writeFunction(tool, path, scene);
    case 'custom':
      return writeFunction(asFunction(tool), path, scene);
    case 'hosted':
      return writeHosted(tool, path, scene);
  }
}

function writeFunction(tool: FunctionTool, path: string, scene: MediaScene): JsonObject {
  const { lossTracker, traits } = scene;
  lossTracker.extensions(path, tool.extensions, own);
  const schema = tool.schema ?? {};
  if (tool.strict === true && !traits.schemas)
    lossTracker.dropped(`${path}.strict`, 'the model does not enforce schemas');
  return {
    toolSpec: compact({
      name: tool.name,
      // An empty one is refused.
      description: tool.description === '' ? undefined : tool.description,
      // The outermost type is demanded, and clients of other protocols leave it out of tools without arguments.
      inputSchema: { json: schema['type'] === 'object' ? schema : { type: 'object', properties: {}, ...schema } },
      strict: tool.strict === true && traits.schemas ? true : undefined,
    }),
  };
}

/** Nova's own tools. https://docs.aws.amazon.com/nova/latest/nova2-userguide/web-grounding.html */
const systemTools: Readonly<Partial<Record<HostedToolSpec['tool'], string>>> = {
  'web-search': 'nova_grounding',
  'code-execution': 'nova_code_interpreter',
};

function writeHosted(tool: HostedToolSpec, path: string, scene: MediaScene): JsonObject | undefined {
  const { lossTracker, traits } = scene;
  if (tool.by === own) return tool.raw;
  const name = traits.nova2 ? systemTools[tool.tool] : undefined;
  if (name === undefined) {
    lossTracker.dropped(path, `only ${tool.by} runs this tool`);
    return undefined;
  }
  lossTracker.approximated(path, `became Nova's own ${name}`);
  for (const key of ['maxUses', 'allowedDomains', 'blockedDomains', 'userLocation', 'searchContextSize'] as const)
    if (tool[key] !== undefined) lossTracker.dropped(`${path}.${key}`, 'Nova decides by itself');
  return { systemTool: { name } };
}

function writeChoice(request: IrRequest, scene: MediaScene): JsonObject | undefined {
  const { lossTracker, traits } = scene;
  const { toolChoice } = request;
  switch (toolChoice?.type) {
    case undefined:
    case 'none':
      return undefined;
    case 'auto':
      return { auto: {} };
    case 'required':
      return { any: {} };
    case 'allowed':
      return toolChoice.mode === 'required' ? { any: {} } : { auto: {} };
    case 'tool':
      if (traits.family === 'claude' || traits.family === 'nova') return { tool: { name: toolChoice.name } };
      lossTracker.approximated('toolChoice', 'some tool must be called, not this one');
      return { any: {} };
    case 'hosted':
      lossTracker.approximated('toolChoice', 'some tool must be called, not this one');
      return { any: {} };
  }
}
