import type { RequestTarget } from '../../ir/codec.ts';
import { wantedEffort } from '../../ir/effort.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import type { Effort, IrMessage, IrRequest, IrTool } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { writeMessages } from './messages-write.ts';
import { withStrictSchemas } from './strict-schema.ts';
import { chatTraits, type ChatTraits } from './models.ts';

const own = 'openai-chat';

/** Most stop sequences that OpenAI takes. */
const MAX_STOPS = 4;

/** Writes a Chat Completions request. `stream_options` is the caller's: not every vendor takes it. */
export function writeChatRequest(asked: IrRequest, target: RequestTarget): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const request = withStrictSchemas(asked, lossTracker);
  const traits = chatTraits(target.traits);
  lossTracker.extensions('', request.extensions, own);
  const { tools, search } = writeTools(request, traits, lossTracker);
  const format = writeFormat(request, traits, lossTracker);
  const value = compact({
    model: target.model,
    messages: writeMessages(withInstruction(request.messages, format.instruction), traits, lossTracker),
    ...tools,
    web_search_options: search,
    ...writeSampling(request, traits, lossTracker),
    ...writeCap(request, traits),
    stop: writeStop(request, traits, lossTracker),
    n: request.choices,
    ...writeLogprobs(request, traits, lossTracker),
    response_format: format.response,
    reasoning_effort: writeReasoning(request, traits, lossTracker),
    verbosity: request.verbosity,
    modalities: request.modalities,
    audio: request.audioOutput,
    metadata: request.metadata,
    user: request.user,
    prompt_cache_key: request.promptCacheKey,
    service_tier: request.serviceTier === 'standard_only' ? 'default' : request.serviceTier,
    store: request.store,
    stream: request.stream ? true : undefined,
    ...(request.extensions?.by === own ? request.extensions.fields : undefined),
  });
  return { value, losses: lossTracker.losses };
}

/** `max_completion_tokens` is OpenAI's newer word, the only one its reasoning models take; others know the older. */
function writeCap(request: IrRequest, traits: ChatTraits): JsonObject {
  if (request.maxOutputTokens === undefined) return {};
  return traits.openai ? { max_completion_tokens: request.maxOutputTokens } : { max_tokens: request.maxOutputTokens };
}

function writeStop(request: IrRequest, traits: ChatTraits, lossTracker: LossTracker): Json | undefined {
  const { stop } = request;
  if (!stop) return undefined;
  if (traits.reasoning) {
    lossTracker.dropped('stop', 'the model takes no stop sequences');
    return undefined;
  }
  if (traits.openai && stop.length > MAX_STOPS) lossTracker.dropped('stop', `only ${MAX_STOPS} are taken`);
  return traits.openai ? stop.slice(0, MAX_STOPS) : stop;
}

function writeSampling(request: IrRequest, traits: ChatTraits, lossTracker: LossTracker): JsonObject {
  const { sampling } = request;
  if (!sampling) return {};
  if (sampling.topK !== undefined) lossTracker.dropped('sampling.topK', 'Chat has no top_k');
  const { temperature, topP, frequencyPenalty, presencePenalty, seed, logitBias } = sampling;
  const refusable = {
    temperature: temperature === 1 && traits.reasoning ? undefined : temperature,
    topP: topP === 1 && traits.reasoning ? undefined : topP,
    frequencyPenalty,
    presencePenalty,
    logitBias,
  };
  if (!traits.reasoning)
    return compact({
      temperature,
      top_p: topP,
      frequency_penalty: frequencyPenalty,
      presence_penalty: presencePenalty,
      seed,
      logit_bias: logitBias,
    });
  for (const [key, value] of Object.entries(refusable))
    if (value !== undefined) lossTracker.dropped(`sampling.${key}`, "OpenAI's reasoning models refuse it");
  return compact({ seed });
}

function writeLogprobs(request: IrRequest, traits: ChatTraits, lossTracker: LossTracker): JsonObject {
  if (!request.logprobs) return {};
  if (traits.reasoning) {
    lossTracker.dropped('logprobs', "OpenAI's reasoning models refuse it");
    return {};
  }
  return compact({ logprobs: true, top_logprobs: request.logprobs.top });
}

type Format = { readonly response?: JsonObject | undefined; readonly instruction?: string | undefined };

function writeFormat(request: IrRequest, traits: ChatTraits, lossTracker: LossTracker): Format {
  const { format } = request;
  if (!format) return {};
  if (format.type === 'text') return { response: { type: 'text' } };
  if (format.type === 'json') return { response: { type: 'json_object' } };
  const { name, description, schema, strict } = format;
  if (traits.schemas)
    return {
      response: { type: 'json_schema', json_schema: compact({ name: name ?? 'answer', description, schema, strict }) },
    };
  lossTracker.approximated('format', 'the model is asked for JSON, and shown the schema in words');
  return {
    response: { type: 'json_object' },
    instruction: `Answer with one valid JSON value that matches this JSON schema:\n${JSON.stringify(schema)}`,
  };
}

/** The conversation with an instruction of ours behind those of the client. */
function withInstruction(messages: readonly IrMessage[], instruction: string | undefined): readonly IrMessage[] {
  if (instruction === undefined) return messages;
  const after = messages.findLastIndex(({ role }) => role === 'system' || role === 'developer') + 1;
  const own: IrMessage = { role: 'system', parts: [{ type: 'text', text: instruction }] };
  return [...messages.slice(0, after), own, ...messages.slice(after)];
}

const oSeriesEfforts: Readonly<Record<Effort, string>> = {
  none: 'low',
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

function writeReasoning(request: IrRequest, traits: ChatTraits, lossTracker: LossTracker): string | undefined {
  const { reasoning } = request;
  const effort = reasoning && wantedEffort(reasoning);
  if (!reasoning || effort === undefined) return undefined;
  if (traits.openai && !traits.reasoning) {
    if (effort !== 'none') lossTracker.dropped('reasoning', 'the model does not reason');
    return undefined;
  }
  // Vendors whose models do not reason refuse the word; "not at all" is what they do anyway.
  if (effort === 'none' && !traits.openai) return undefined;
  const word = traits.oSeries ? oSeriesEfforts[effort] : effort;
  if (reasoning.budgetTokens !== undefined) lossTracker.approximated('reasoning.budgetTokens', `became effort ${word}`);
  else if (word !== effort) lossTracker.approximated('reasoning.effort', `became ${word}`);
  return word;
}

function writeTools(
  request: IrRequest,
  traits: ChatTraits,
  lossTracker: LossTracker,
): { readonly tools: JsonObject; readonly search: JsonObject | undefined } {
  const { toolChoice } = request;
  // Vendors other than OpenAI do not know `allowed_tools`: the rest is not shown to them.
  const allowed = toolChoice?.type === 'allowed' && !traits.openai ? new Set(toolChoice.names) : undefined;
  const tools: JsonObject[] = [];
  let search: JsonObject | undefined;
  for (const [i, tool] of (request.tools ?? []).entries()) {
    const path = `tools[${i}]`;
    if (tool.type !== 'hosted') {
      if (!allowed || allowed.has(tool.name)) tools.push(writeTool(tool, path, traits, lossTracker));
    } else if (tool.by === own && tool.tool !== 'web-search') tools.push(tool.raw);
    else if (tool.tool === 'web-search' && traits.search)
      search = compact({
        search_context_size: tool.searchContextSize,
        user_location: tool.userLocation && { type: 'approximate', approximate: locationOf(tool.userLocation) },
      });
    else lossTracker.dropped(path, `only ${tool.by} runs this tool`);
  }
  if (tools.length === 0) {
    if (toolChoice && toolChoice.type !== 'none' && toolChoice.type !== 'auto')
      lossTracker.dropped('toolChoice', 'there is no tool to choose');
    return { tools: {}, search };
  }
  const written = compact({
    tools,
    tool_choice: writeChoice(request, traits, lossTracker),
    parallel_tool_calls: request.parallelToolCalls,
  });
  return { tools: written, search };
}

function locationOf(location: JsonObject): JsonObject {
  const { type: _type, ...rest } = location;
  return rest;
}

function writeTool(
  tool: Exclude<IrTool, { type: 'hosted' }>,
  path: string,
  traits: ChatTraits,
  lossTracker: LossTracker,
): JsonObject {
  lossTracker.extensions(path, tool.extensions, own);
  if (tool.cache && !traits.claude) lossTracker.dropped(`${path}.cache`, 'the model caches unasked, or not at all');
  const cache_control = tool.cache && traits.claude ? { type: 'ephemeral' } : undefined;
  const { name, description } = tool;
  if (tool.type === 'function')
    return compact({
      type: 'function',
      function: compact({ name, description, parameters: tool.schema, strict: tool.strict }),
      cache_control,
      ...(tool.extensions?.by === own ? tool.extensions.fields : undefined),
    });
  const { type, ...grammar } = tool.format ?? {};
  const format = type === 'grammar' ? { type, grammar } : tool.format;
  return { type: 'custom', custom: compact({ name, description, format }) };
}

const writeNamed = (name: string, kind: 'custom' | 'function'): JsonObject =>
  kind === 'custom' ? { type: kind, custom: { name } } : { type: kind, function: { name } };

function writeChoice(request: IrRequest, traits: ChatTraits, lossTracker: LossTracker): Json | undefined {
  const { toolChoice } = request;
  switch (toolChoice?.type) {
    case undefined:
      return undefined;
    case 'auto':
    case 'none':
    case 'required':
      return toolChoice.type;
    case 'tool':
      return writeNamed(toolChoice.name, toolChoice.kind);
    case 'allowed': {
      if (!traits.openai) return toolChoice.mode;
      const custom = new Set(request.tools?.flatMap((tool) => (tool.type === 'custom' ? tool.name : [])));
      return {
        type: 'allowed_tools',
        allowed_tools: {
          mode: toolChoice.mode,
          tools: toolChoice.names.map((name) => writeNamed(name, custom.has(name) ? 'custom' : 'function')),
        },
      };
    }
    case 'hosted':
      lossTracker.approximated('toolChoice', 'some tool must be called, not this one');
      return 'required';
  }
}
