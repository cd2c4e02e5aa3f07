import type { RequestTarget } from '../../ir/codec.ts';
import { budgetOfEffort, wantedEffort } from '../../ir/effort.ts';
import type { LossTracker } from '../../ir/loss.ts';
import { efforts, type Effort, type IrRequest, type Reasoning } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import type { GeminiTraits } from './models.ts';
import { cleanSchema } from './schema-clean.ts';

/** https://ai.google.dev/api/generate-content#generationconfig */
const MOST_STOPS = 5;
const MOST_LOGPROBS = 20;

/** `generationConfig`, and what had to be said in words instead. */
export function writeConfig(
  request: IrRequest,
  target: RequestTarget,
  traits: GeminiTraits,
  hasTools: boolean,
  lossTracker: LossTracker,
): { readonly fields: JsonObject; readonly instruction?: string | undefined } {
  const { choices, modalities } = request;
  const format = writeFormat(request, traits, hasTools, lossTracker);
  const fields = compact({
    ...writeSampling(request, traits, lossTracker),
    maxOutputTokens: writeCap(request, target, lossTracker),
    stopSequences: writeStop(request, lossTracker),
    candidateCount: choices,
    ...writeLogprobs(request, lossTracker),
    ...format.fields,
    responseModalities: modalities?.some((kind) => kind !== 'text')
      ? modalities.map((kind) => kind.toUpperCase())
      : undefined,
    thinkingConfig: request.reasoning && writeThinking(request.reasoning, traits, lossTracker),
  });
  return { fields, instruction: format.instruction };
}

function writeSampling(request: IrRequest, traits: GeminiTraits, lossTracker: LossTracker): JsonObject {
  const { sampling } = request;
  if (!sampling) return {};
  if (sampling.logitBias) lossTracker.dropped('sampling.logitBias', 'Gemini has no such parameter');
  const { temperature, topP, topK, seed } = sampling;
  const penalties: Record<string, number | undefined> = {};
  for (const key of ['frequencyPenalty', 'presencePenalty'] as const) {
    if (sampling[key] === undefined) continue;
    if (traits.strictTurns) lossTracker.dropped(`sampling.${key}`, 'the model refuses penalties');
    else penalties[key] = sampling[key];
  }
  return compact({ temperature, topP, topK, seed, ...penalties });
}

function writeCap(request: IrRequest, target: RequestTarget, lossTracker: LossTracker): number | undefined {
  const { maxOutputTokens } = request;
  const most = target.traits.maxOutputTokens;
  if (maxOutputTokens === undefined || most === undefined || maxOutputTokens <= most) return maxOutputTokens;
  lossTracker.approximated('maxOutputTokens', `the model puts out ${most} at most`);
  return most;
}

function writeStop(request: IrRequest, lossTracker: LossTracker): Json | undefined {
  const stop = request.stop?.filter((sequence) => sequence !== '') ?? [];
  if (stop.length > MOST_STOPS)
    lossTracker.dropped('stop', `Gemini takes ${MOST_STOPS} stop sequences; the others are left out`);
  return stop.length > 0 ? stop.slice(0, MOST_STOPS) : undefined;
}

function writeLogprobs(request: IrRequest, lossTracker: LossTracker): JsonObject {
  const { logprobs } = request;
  if (!logprobs) return {};
  const { top } = logprobs;
  if (top !== undefined && top > MOST_LOGPROBS) lossTracker.approximated('logprobs.top', `became ${MOST_LOGPROBS}`);
  return compact({
    responseLogprobs: true,
    logprobs: top === undefined || top === 0 ? undefined : Math.min(top, MOST_LOGPROBS),
  });
}

type Format = { readonly fields: JsonObject; readonly instruction?: string | undefined };

function writeFormat(request: IrRequest, traits: GeminiTraits, hasTools: boolean, lossTracker: LossTracker): Format {
  const { format } = request;
  if (!format || format.type === 'text') return { fields: {} };
  if (hasTools && !traits.combines) {
    lossTracker.approximated('format', 'beside tools the model is asked for JSON in words');
    const schema = format.type === 'schema' ? ` It must match this JSON schema:\n${JSON.stringify(format.schema)}` : '';
    return {
      fields: {},
      instruction: `When you answer, answer with one valid JSON value and nothing else: no prose, no code fence.${schema}`,
    };
  }
  const responseMimeType = 'application/json';
  if (format.type === 'json') return { fields: { responseMimeType } };
  const cut: string[] = [];
  const cleaned = cleanSchema(format.schema, (what) => cut.push(what));
  if (cut.length > 0) lossTracker.approximated('format.schema', `without ${[...new Set(cut)].join(', ')}`);
  const { description } = format;
  const responseSchema =
    description === undefined || cleaned['description'] !== undefined ? cleaned : { ...cleaned, description };
  return { fields: { responseMimeType, responseSchema } };
}

/** How much to think, in the words that the model knows. */
export function writeThinking(
  reasoning: Reasoning,
  traits: GeminiTraits,
  lossTracker: LossTracker,
): JsonObject | undefined {
  const { thinking } = traits;
  const effort = wantedEffort(reasoning);
  const shown = reasoning.summary === undefined ? undefined : reasoning.summary !== 'none';
  // Clients of other protocols are shown the reasoning unless they forbid it; here that has to be asked for.
  const includeThoughts = shown ?? (effort !== undefined && effort !== 'none' ? true : undefined);
  if (thinking.by === 'none') {
    if (effort !== undefined && effort !== 'none') lossTracker.dropped('reasoning', 'the model does not think');
    return undefined;
  }
  const amount =
    thinking.by === 'level'
      ? { thinkingLevel: writeLevel(reasoning, effort, thinking.levels, lossTracker) }
      : { thinkingBudget: writeBudget(reasoning, effort, thinking, lossTracker) };
  const written = compact({ ...amount, includeThoughts });
  return Object.keys(written).length > 0 ? written : undefined;
}

/** The level of thinking nearest to an effort, of those that the model has. */
export function writeLevel(
  reasoning: Reasoning,
  effort: Effort | undefined,
  levels: readonly Effort[],
  lossTracker: LossTracker,
): string | undefined {
  if (effort === undefined) return undefined;
  const rank = efforts.indexOf(effort);
  // The next level up that the model has, or its highest.
  const level = levels.find((candidate) => efforts.indexOf(candidate) >= rank) ?? levels.at(-1) ?? 'high';
  if (reasoning.budgetTokens !== undefined && reasoning.effort === undefined)
    lossTracker.approximated('reasoning.budgetTokens', `became level ${level}`);
  else if (level !== effort) lossTracker.approximated('reasoning.effort', `became ${level}`);
  return level.toUpperCase();
}

function writeBudget(
  reasoning: Reasoning,
  effort: Effort | undefined,
  bounds: Extract<GeminiTraits['thinking'], { by: 'budget' }>,
  lossTracker: LossTracker,
): number | undefined {
  if (effort === 'none' && bounds.off) return 0;
  if (reasoning.mode === 'adaptive' && reasoning.effort === undefined) return -1;
  if (effort === undefined) return undefined;
  const wanted = reasoning.mode === 'off' ? 0 : (reasoning.budgetTokens ?? budgetOfEffort(effort));
  const budget = Math.min(Math.max(wanted, bounds.least), bounds.most);
  if (budget !== reasoning.budgetTokens) lossTracker.approximated('reasoning', `became a budget of ${budget} tokens`);
  return budget;
}
