import type { WriteContext } from '../../ir/codec.ts';
import { customToolsOf } from '../../ir/custom-tools.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import { urlOfSource } from '../../ir/media.ts';
import type { HostedCallPart, Part, Signature } from '../../ir/part.ts';
import type { IrResponse } from '../../ir/response.ts';
import type { Usage } from '../../ir/usage.ts';
import { isObject } from '../../json/fields.ts';
import { unknownModel } from '../../models/traits.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeOutputContent } from './content-write.ts';
import { writeEnding, type Ending } from './finish.ts';
import { loseResult, writeHosted } from './hosted-write.ts';
import { plainInstructions, writeCallItem } from './input-write.ts';
import { itemId } from './item-ids.ts';
import { responsesTraits } from './models.ts';
import { tiers, writeFormat } from './request-write.ts';
import { carrySignature } from './signatures.ts';
import { writeTool, writeToolChoice } from './tools-write.ts';
import { writeResponsesUsage } from './usage.ts';

const own = 'openai-responses';

/** Writes a whole response. */
export function writeResponse(response: IrResponse, context: WriteContext): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const [first, ...others] = (customToolsOf(context.request)?.response(response) ?? response).choices;
  if (others.length > 0) lossTracker.dropped('choices', 'Responses gives one answer');
  const parts = first?.parts ?? [];
  const ending = writeEnding(
    first?.finish,
    parts.some((part) => part.type === 'refusal'),
  );
  const output = writeOutput(parts, context, ending, lossTracker);
  lossTracker.extensions('', response.extensions, own);
  const head = responseHead(context, response.serviceTier);
  return {
    value: {
      ...head,
      ...ending,
      ...(ending.status === 'completed' ? { completed_at: context.created } : undefined),
      output,
      usage: writeUsage(response.usage, context),
    },
    losses: lossTracker.losses,
  };
}

/** Usage is always given: clients stumble without. What nobody reported is the gateway's estimate of the input. */
export function writeUsage(usage: Usage | undefined, context: WriteContext): JsonObject {
  return writeResponsesUsage(usage ?? { inputText: context.inputEstimate });
}

/** The items of an answer. Texts that follow each other are one message, unless they have ids that differ. */
function writeOutput(
  parts: readonly Part[],
  context: WriteContext,
  ending: Ending,
  lossTracker: LossTracker,
): readonly JsonObject[] {
  const output: JsonObject[] = [];
  const id = (prefix: string): string => itemId(prefix, output.length, context);
  let open: { readonly id: string | undefined; readonly content: JsonObject[] } | undefined;
  for (const [i, part] of parts.entries()) {
    const path = `choices[0].parts[${i}]`;
    const written = asText(part, path, lossTracker);
    if (!written) {
      open = undefined;
      const before = parts[i - 1];
      const after = parts[i + 1];
      if (part.type === 'hosted-result') {
        if (before?.type !== 'hosted-call' || before.callId !== part.callId) loseResult(part, path, lossTracker);
        continue;
      }
      if (part.type === 'hosted-call') {
        const result = after?.type === 'hosted-result' && after.callId === part.callId ? after : undefined;
        const item = writeHosted(part, result, id, path, lossTracker);
        if (item) output.push(item);
        continue;
      }
      const item = writeItem(part, id, path, lossTracker);
      if (item) output.push(item);
      if (part.type === 'tool-call' && part.signature) output.push(signItem(part.signature, part.callId, id));
      continue;
    }
    if (!open || open.id !== part.id) {
      open = { id: part.id, content: [] };
      output.push(messageItem(id('msg'), 'completed', open.content, part));
    }
    open.content.push(written);
  }
  const last = output.at(-1);
  // What was being said when the answer broke off is incomplete, and so is its item.
  if (ending.status === 'incomplete' && last && last['status'] === 'completed' && breaksOff(last))
    output[output.length - 1] = { ...last, status: 'incomplete' };
  return output;
}

/** Whether an item is one that a response may break off in. */
function breaksOff(item: JsonObject): boolean {
  return item['type'] === 'message' || item['type'] === 'function_call' || item['type'] === 'custom_tool_call';
}

/** A message of the model's. */
export function messageItem(
  id: string,
  status: string,
  content: readonly JsonObject[],
  part: Pick<Part, 'extensions'>,
): JsonObject {
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  return { id, type: 'message', status, role: 'assistant', content, ...extra };
}

/** A part that becomes content of a message. */
function asText(part: Part, path: string, lossTracker: LossTracker): JsonObject | undefined {
  if (part.type !== 'text' && part.type !== 'refusal' && part.type !== 'audio') return undefined;
  lossTracker.extensions(path, part.extensions, own);
  if (part.signature)
    lossTracker.dropped(`${path}.signature`, 'Responses carries signatures of reasoning and calls only');
  if (part.type !== 'audio') return writeOutputContent(part, path, lossTracker);
  lossTracker.approximated(path, 'audio became its transcript');
  return writeOutputContent({ type: 'text', text: part.transcript ?? '' }, path, lossTracker);
}

/** A part that is an item of its own, and comes whole; undefined when it cannot be said, and then the loss is noted. */
export function writeItem(
  part: Exclude<Part, HostedCallPart>,
  id: (prefix: string) => string,
  path: string,
  lossTracker: LossTracker,
): JsonObject | undefined {
  switch (part.type) {
    case 'reasoning':
      lossTracker.extensions(path, part.extensions, own);
      return reasoningItem(id('rs'), part.text, part.signature, part.redacted);
    case 'tool-call':
      lossTracker.extensions(path, part.extensions, own);
      return { ...writeCallItem(part, id(part.kind === 'custom' ? 'ctc' : 'fc')), status: 'completed' };
    case 'image': {
      lossTracker.extensions(path, part.extensions, own);
      const fields = part.extensions?.by === own ? part.extensions.fields : undefined;
      const { source } = part;
      if (source.kind === 'base64') {
        const output_format = source.mediaType.replace('image/', '');
        const item = { id: id('ig'), type: 'image_generation_call', status: 'completed', output_format };
        return { ...item, result: source.data, ...fields };
      }
      const url = urlOfSource(source);
      if (url === undefined) break;
      lossTracker.approximated(path, 'the image became a Markdown image in the text');
      const content = writeOutputContent({ type: 'text', text: `![image](${url})` }, path, lossTracker);
      return messageItem(id('msg'), 'completed', [content], {});
    }
    case 'foreign':
      if (part.foreign.by === own && isObject(part.foreign.value)) return part.foreign.value;
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return undefined;
    default:
  }
  lossTracker.dropped(path, `an answer of Responses holds no ${part.type}`);
  return undefined;
}

/** A thought. It is shown as a summary whether it is one or not, because that is where clients look. */
export function reasoningItem(
  id: string,
  text: string,
  signature: Signature | undefined,
  redacted: boolean | undefined,
): JsonObject {
  return {
    id,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    ...(signature ? { encrypted_content: carrySignature({ signature, redacted }) } : undefined),
  };
}

/** The signature of a tool call, for a client to carry: see `signatures.ts`. */
export function signItem(signature: Signature, callId: string, id: (prefix: string) => string): JsonObject {
  return { id: id('rs'), type: 'reasoning', summary: [], encrypted_content: carrySignature({ signature, callId }) };
}

/** All of a response but its end: what it is, and the request repeated, as OpenAI does. */
export function responseHead(context: WriteContext, serviceTier: string | undefined): JsonObject {
  const { request } = context;
  const lossTracker = openLossTracker();
  const extra = request.extensions?.by === own ? request.extensions.fields : {};
  const [first] = request.messages;
  const traits = responsesTraits(unknownModel);
  const tools = (request.tools ?? []).map((tool, i) => writeTool(tool, `tools[${i}]`, true, lossTracker));
  return {
    id: `resp_${context.requestId}`,
    object: 'response',
    created_at: context.created,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: (first && plainInstructions(first, { traits })) ?? null,
    max_output_tokens: request.maxOutputTokens ?? null,
    max_tool_calls: extra['max_tool_calls'] ?? null,
    model: context.model,
    output: [],
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.promptCacheKey ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    safety_identifier: extra['safety_identifier'] ?? null,
    service_tier: serviceTier !== undefined && tiers.has(serviceTier) ? serviceTier : 'default',
    // The gateway keeps no answers, whatever was asked.
    store: false,
    temperature: request.sampling?.temperature ?? 1,
    text: { format: writeFormat(request) ?? { type: 'text' }, verbosity: request.verbosity ?? 'medium' },
    tool_choice: request.toolChoice ? writeToolChoice(request.toolChoice, request, lossTracker) : 'auto',
    tools: tools.filter((tool) => tool !== undefined),
    top_logprobs: request.logprobs?.top ?? 0,
    top_p: request.sampling?.topP ?? 1,
    truncation: extra['truncation'] ?? 'disabled',
    usage: null,
    user: request.user ?? null,
    metadata: request.metadata ?? {},
  };
}
