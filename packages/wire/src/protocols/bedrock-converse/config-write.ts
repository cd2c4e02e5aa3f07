import type { RequestTarget } from '../../ir/codec.ts';
import { budgetOfEffort, wantedEffort } from '../../ir/effort.ts';
import { formatInWords } from '../../ir/format-words.ts';
import type { LossTracker } from '../../ir/loss.ts';
import type { Effort, IrRequest, Reasoning } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { effortWord, type ClaudeTraits } from '../anthropic-messages/models.ts';
import { closeSchema } from '../anthropic-messages/schema.ts';
import type { ConverseTraits } from './models.ts';

/** The least that Claude takes as a thinking budget. */
const LEAST_BUDGET = 1024;

/** How a request is put that is about how to answer. */
export type Config = {
  readonly inferenceConfig: JsonObject;
  /** `additionalModelRequestFields`: what only some models have. */
  readonly more: JsonObject;
  readonly outputConfig: JsonObject;
  /** What had to be said in words instead. */
  readonly instruction: string | undefined;
};

type Scene = { readonly lossTracker: LossTracker; readonly traits: ConverseTraits };

/** What is known of the messages and tools as they were written. */
export type Written = { readonly forcedTool: boolean; readonly unsignedToolLoop: boolean };

/** `inferenceConfig`, `additionalModelRequestFields` and `outputConfig`. */
export function writeConfig(request: IrRequest, target: RequestTarget, written: Written, scene: Scene): Config {
  const thinking = writeThinking(request, target, written, scene);
  const sampling = writeSampling(request, thinking.thinks, scene);
  const format = writeFormat(request, scene);
  const stop = writeStop(request, scene);
  return {
    inferenceConfig: compact({
      maxTokens: writeCap(request, target, scene),
      ...sampling.fields,
      stopSequences: stop,
    }),
    more: compact({ ...sampling.more, ...thinking.more }),
    outputConfig: compact({ textFormat: format.textFormat, effort: thinking.effort }),
    instruction: format.instruction,
  };
}

/** Without a cap Bedrock takes the model's own. */
function writeCap(request: IrRequest, target: RequestTarget, { lossTracker }: Scene): number | undefined {
  const { maxOutputTokens } = request;
  const most = target.traits.maxOutputTokens;
  if (maxOutputTokens === undefined || most === undefined || maxOutputTokens <= most) return maxOutputTokens;
  lossTracker.approximated('maxOutputTokens', `the model puts out ${most} at most`);
  return most;
}

function writeStop(request: IrRequest, { lossTracker, traits }: Scene): Json | undefined {
  if (!request.stop) return undefined;
  // Claude refuses blank ones, the others only empty ones.
  const stop = request.stop.filter((text) => (traits.claude ? text.trim() : text) !== '');
  if (stop.length < request.stop.length) lossTracker.dropped('stop', 'blank stop sequences are refused');
  return stop.length > 0 ? stop : undefined;
}

type Sampling = { readonly fields: JsonObject; readonly more: JsonObject };

function writeSampling(request: IrRequest, thinks: boolean, { lossTracker, traits }: Scene): Sampling {
  const { sampling } = request;
  if (!sampling) return { fields: {}, more: {} };
  const { temperature, topP, topK } = sampling;
  for (const key of ['frequencyPenalty', 'presencePenalty', 'seed', 'logitBias'] as const)
    if (sampling[key] !== undefined) lossTracker.dropped(`sampling.${key}`, 'Converse has no such parameter');
  const takes = traits.claude?.sampling ?? 'all';
  const refused =
    takes === 'none'
      ? 'the model takes no sampling parameters'
      : thinks && traits.claude
        ? 'not together with thinking'
        : undefined;
  if (refused !== undefined) {
    // A temperature of 1 is the default, and all that thinking allows.
    if (temperature !== undefined && temperature !== 1) lossTracker.dropped('sampling.temperature', refused);
    if (topP !== undefined && topP !== 1) lossTracker.dropped('sampling.topP', refused);
    if (topK !== undefined) lossTracker.dropped('sampling.topK', refused);
    return { fields: {}, more: {} };
  }
  if (temperature !== undefined && temperature > 1)
    lossTracker.approximated('sampling.temperature', 'Bedrock goes up to 1');
  const both = takes === 'one' && temperature !== undefined && topP !== undefined;
  if (both && topP !== 1) lossTracker.dropped('sampling.topP', 'the model takes temperature or topP, not both');
  const more = topK === undefined ? {} : writeTopK(topK, traits);
  if (!more) lossTracker.dropped('sampling.topK', 'the model has no such parameter');
  return {
    fields: compact({
      temperature: temperature === undefined ? undefined : Math.min(Math.max(temperature, 0), 1),
      topP: both ? undefined : topP,
    }),
    more: more ?? {},
  };
}

/** https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html */
function writeTopK(topK: number, traits: ConverseTraits): JsonObject | undefined {
  if (traits.family === 'claude') return { top_k: topK };
  return traits.family === 'nova' ? { inferenceConfig: { topK } } : undefined;
}

type Thinking = { readonly more: JsonObject; readonly effort?: string | undefined; readonly thinks: boolean };

const unthinking: Thinking = { more: {}, thinks: false };

/** How much to think, in the words of the model's own API; what leaves them out does not think, or as it likes. */
function writeThinking(request: IrRequest, target: RequestTarget, written: Written, scene: Scene): Thinking {
  const { lossTracker, traits } = scene;
  const { reasoning } = request;
  const effort = reasoning && wantedEffort(reasoning);
  if (effort === 'none') return withoutThinking(scene);
  if (!reasoning || (reasoning.mode === undefined && effort === undefined)) return unthinking;
  if (traits.claude && traits.claude.thinking !== 'none')
    return thinkingOfClaude(request, reasoning, target, written, traits.claude, lossTracker);
  if (traits.family === 'gpt-oss')
    return { more: { reasoning_effort: threeEfforts(reasoning, effort, lossTracker) }, thinks: true };
  if (traits.nova2) {
    let word = threeEfforts(reasoning, effort, lossTracker);
    // At the highest effort Nova takes neither a cap nor sampling parameters, and a cap is what is paid for at most.
    if (word === 'high' && (request.maxOutputTokens !== undefined || request.sampling)) {
      lossTracker.approximated(
        'reasoning.effort',
        'became medium, the most together with a cap or sampling parameters',
      );
      word = 'medium';
    }
    return { more: { reasoningConfig: { type: 'enabled', maxReasoningEffort: word } }, thinks: true };
  }
  lossTracker.dropped('reasoning', 'nobody says how this model is told to think');
  return unthinking;
}

function withoutThinking({ lossTracker, traits }: Scene): Thinking {
  if (traits.thinkingOff === 'unless told') return unthinking;
  if (traits.thinkingOff === 'when told') return { more: { thinking: { type: 'disabled' } }, thinks: false };
  lossTracker.approximated('reasoning', 'the model always thinks; its effort became low');
  return traits.claude
    ? { more: {}, effort: 'low', thinks: true }
    : { more: { reasoning_effort: 'low' }, thinks: true };
}

/** The effort as one of three words. */
function threeEfforts(
  reasoning: Reasoning,
  effort: Effort | undefined,
  lossTracker: LossTracker,
): 'low' | 'medium' | 'high' {
  const word =
    effort === undefined || effort === 'medium'
      ? 'medium'
      : effort === 'minimal' || effort === 'low' || effort === 'none'
        ? 'low'
        : 'high';
  if (reasoning.effort !== undefined && reasoning.effort !== word)
    lossTracker.approximated('reasoning.effort', `became ${word}`);
  else if (reasoning.effort === undefined && reasoning.budgetTokens !== undefined)
    lossTracker.approximated('reasoning.budgetTokens', `became effort ${word}`);
  return word;
}

/**
 * Thinking is left out, and the loss noted, where Claude would refuse it: with a forced tool, with too little room below
 * the cap, and inside a tool loop whose reasoning is another provider's.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 */
function thinkingOfClaude(
  request: IrRequest,
  reasoning: Reasoning,
  target: RequestTarget,
  written: Written,
  claude: ClaudeTraits,
  lossTracker: LossTracker,
): Thinking {
  const effort = wantedEffort(reasoning);
  const word = claude.thinking === 'adaptive' && effort !== undefined ? effortWord(effort, claude) : undefined;
  if (word !== undefined && reasoning.effort !== undefined && word !== reasoning.effort)
    lossTracker.approximated('reasoning.effort', `became ${word}`);
  if (written.forcedTool) {
    lossTracker.dropped('reasoning', 'Claude does not think when a tool is forced');
    return { more: {}, effort: word, thinks: false };
  }
  if (claude.thinking === 'adaptive') {
    if (reasoning.budgetTokens !== undefined)
      lossTracker.approximated('reasoning.budgetTokens', `became effort ${word ?? 'as the model likes'}`);
    return {
      more: { thinking: { type: 'adaptive', ...writeDisplay(reasoning, claude, lossTracker) } },
      effort: word,
      thinks: true,
    };
  }
  if (written.unsignedToolLoop) {
    lossTracker.dropped('reasoning', 'the reasoning before this tool call is not signed by Bedrock');
    return unthinking;
  }
  const room =
    Math.min(request.maxOutputTokens ?? Infinity, target.traits.maxOutputTokens ?? claude.defaultMaxTokens) - 1;
  const wanted = reasoning.budgetTokens ?? budgetOfEffort(effort ?? 'medium');
  const budget_tokens = Math.min(Math.max(wanted, LEAST_BUDGET), room);
  if (budget_tokens < LEAST_BUDGET) {
    lossTracker.dropped('reasoning', `there is no room for ${LEAST_BUDGET} tokens of reasoning below the cap`);
    return unthinking;
  }
  if (budget_tokens !== reasoning.budgetTokens)
    lossTracker.approximated('reasoning', `became a budget of ${budget_tokens} tokens`);
  return { more: { thinking: { type: 'enabled', budget_tokens } }, thinks: true };
}

/** Models from 4.7 on keep their reasoning to themselves unless asked; earlier ones always show it. */
function writeDisplay(reasoning: Reasoning, claude: ClaudeTraits, lossTracker: LossTracker): JsonObject {
  const hidden = reasoning.summary === 'none';
  if (claude.xhigh) return { display: hidden ? 'omitted' : 'summarized' };
  if (hidden) lossTracker.dropped('reasoning.summary', 'the model shows its reasoning');
  return {};
}

type Format = { readonly textFormat?: JsonObject | undefined; readonly instruction?: string | undefined };

function writeFormat(request: IrRequest, { lossTracker, traits }: Scene): Format {
  const { format } = request;
  const instruction = formatInWords(format, traits.schemas, lossTracker);
  if (instruction !== undefined) return { instruction };
  if (format?.type !== 'schema') return {};
  const schema = closeSchema(format.schema, () =>
    lossTracker.approximated('format.schema', 'what Bedrock does not enforce was moved into descriptions'),
  );
  const jsonSchema = compact({ schema: JSON.stringify(schema), name: format.name, description: format.description });
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}
