import type { WriteContext } from '../../ir/codec.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import { urlOfSource } from '../../ir/media.ts';
import type { Citation, Part, ReasoningPart, TokenLogprob, ToolCallPart } from '../../ir/part.ts';
import type { IrChoice, IrResponse } from '../../ir/response.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeFinish } from './finish.ts';
import { writeLogprobs } from './logprobs.ts';
import { writeReasoning, writeThoughtSignature } from './reasoning.ts';
import { writeCallBody } from './tool-call.ts';
import { writeChatUsage } from './usage-write.ts';

const own = 'openai-chat';

/** Ids and kinds of an answer; a legacy completion has its own. */
export function answerHead(context: WriteContext, chunk: boolean): JsonObject {
  const legacy = context.operation === 'completions';
  return {
    id: `${legacy ? 'cmpl' : 'chatcmpl'}-${context.requestId}`,
    object: legacy ? 'text_completion' : chunk ? 'chat.completion.chunk' : 'chat.completion',
    created: context.created,
    model: context.model,
  };
}

/** Writes a whole chat completion, or a legacy one. */
export function writeCompletion(response: IrResponse, context: WriteContext): Read<JsonObject> {
  const lossTracker = openLossTracker();
  lossTracker.extensions('', response.extensions, own);
  const write = context.operation === 'completions' ? writeLegacyChoice : writeChoice;
  const value = compact({
    ...answerHead(context, false),
    choices: response.choices.map((choice) => write(choice, lossTracker)),
    usage: response.usage && writeChatUsage(response.usage),
    service_tier: writeTier(response.serviceTier),
  });
  return { value, losses: lossTracker.losses };
}

const tiers: Readonly<Record<string, string>> = {
  standard: 'default',
  default: 'default',
  flex: 'flex',
  scale: 'scale',
  priority: 'priority',
};

/** The tier that served, in OpenAI's words. */
function writeTier(tier: string | undefined): string | undefined {
  return tier !== undefined && Object.hasOwn(tiers, tier) ? tiers[tier] : undefined;
}

function writeLegacyChoice(choice: IrChoice, lossTracker: LossTracker): JsonObject {
  const { content } = gather(choice, lossTracker);
  return { text: content ?? '', index: choice.index, logprobs: null, finish_reason: writeFinish(choice.finish) };
}

function writeChoice(choice: IrChoice, lossTracker: LossTracker): JsonObject {
  const { content, contentLogprobs, refusal, refusalLogprobs, annotations, reasoningParts, calls, rest } = gather(
    choice,
    lossTracker,
  );
  const logprobs =
    contentLogprobs.length > 0 || refusalLogprobs.length > 0
      ? {
          content: contentLogprobs.length > 0 ? writeLogprobs(contentLogprobs) : null,
          refusal: refusalLogprobs.length > 0 ? writeLogprobs(refusalLogprobs) : null,
        }
      : null;
  return {
    index: choice.index,
    message: compact({
      role: 'assistant',
      content,
      refusal,
      ...writeReasoning(reasoningParts),
      annotations: annotations.length > 0 ? annotations : undefined,
      ...rest,
      tool_calls: calls.length > 0 ? calls : undefined,
    }),
    logprobs,
    finish_reason: writeFinish(choice.finish),
  };
}

type Gathered = {
  content: string | null;
  contentLogprobs: TokenLogprob[];
  refusal: string | null;
  refusalLogprobs: TokenLogprob[];
  annotations: JsonObject[];
  reasoningParts: ReasoningPart[];
  calls: JsonObject[];
  /** Audio and images. */
  rest: Record<string, JsonObject | readonly JsonObject[]>;
};

/** Sorts the ordered parts into the members of one message. */
function gather(choice: IrChoice, lossTracker: LossTracker): Gathered {
  const out: Gathered = {
    content: null,
    contentLogprobs: [],
    refusal: null,
    refusalLogprobs: [],
    annotations: [],
    reasoningParts: [],
    calls: [],
    rest: {},
  };
  const images: JsonObject[] = [];
  for (const [i, part] of choice.parts.entries()) {
    const path = `choices[${choice.index}].parts[${i}]`;
    lossTracker.extensions(path, part.extensions, own);
    switch (part.type) {
      case 'text': {
        const before = out.content ?? '';
        out.content = before + part.text;
        out.contentLogprobs.push(...(part.logprobs ?? []));
        for (const citation of part.citations ?? []) {
          const annotation = writeAnnotation(citation, before.length, out.content.length);
          if (annotation) out.annotations.push(annotation);
          else lossTracker.dropped(`${path}.citations`, 'Chat cites only pages');
        }
        break;
      }
      case 'refusal':
        out.refusal = (out.refusal ?? '') + part.text;
        out.refusalLogprobs.push(...(part.logprobs ?? []));
        break;
      case 'reasoning':
        out.reasoningParts.push(part);
        break;
      case 'tool-call':
        out.calls.push(writeToolCall(part, path, lossTracker));
        break;
      case 'audio':
        if (part.source.kind !== 'base64') lossTracker.dropped(path, 'Chat gives audio only inline');
        else
          out.rest['audio'] = {
            id: part.id ?? `audio_${i}`,
            data: part.source.data,
            transcript: part.transcript ?? '',
            expires_at: part.expiresAt ?? 0,
          };
        break;
      default: {
        const image = writeImage(part);
        if (image) images.push({ ...image, index: images.length });
        else lossTracker.dropped(path, `Chat has no word for ${part.type}`);
      }
    }
  }
  if (images.length > 0) out.rest['images'] = images;
  return out;
}

/** A generated image, as OpenRouter has them. */
export function writeImage(part: Part): JsonObject | undefined {
  const url = part.type === 'image' ? urlOfSource(part.source) : undefined;
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } };
}

/**
 * A citation with its place in the message's text, of which the citing part takes up `start` to `end`. Undefined for
 * what is no page.
 */
export function writeAnnotation(citation: Citation, start: number, end: number): JsonObject | undefined {
  if (citation.url === undefined) return undefined;
  return {
    type: 'url_citation',
    url_citation: {
      url: citation.url,
      title: citation.title ?? '',
      start_index: citation.start === undefined ? start : start + citation.start,
      end_index: citation.end === undefined ? end : start + citation.end,
    },
  };
}

function writeToolCall(part: ToolCallPart, path: string, lossTracker: LossTracker): JsonObject {
  const extra_content = writeThoughtSignature(part.signature);
  if (part.signature && !extra_content) lossTracker.dropped(`${path}.signature`, 'Chat has no place for it');
  return compact({ id: part.callId, ...writeCallBody(part), extra_content });
}
