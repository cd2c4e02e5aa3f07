import { at, isList, isObject, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { readStepSignature } from './steps-read.ts';

const own = 'gemini-interactions';

/** The request for another model; an agent's name stands in a field of its own. */
export function withInteractionsModel(json: JsonObject, model: string): JsonObject {
  const key = namesAgent(json) ? 'agent' : 'model';
  return json[key] === model ? json : { ...json, [key]: model };
}

/** Whether one of Google's agents is asked, and no model. */
export const namesAgent = (json: JsonObject): boolean =>
  (at(json, 'model') ?? undefined) === undefined && textAt(json, 'agent') !== undefined;

/**
 * The body without what another protocol's upstream signed, which Google refuses: a conversation that began on a
 * translated channel may go on here. A thought goes with its signature, anything else stays without it. The argument itself when
 * there is nothing.
 */
export function withoutForeignSignatures(json: JsonObject): JsonObject {
  const input = at(json, 'input');
  if (!isList(input) || !input.some(isForeign)) return json;
  return { ...json, input: input.flatMap(withoutSignature) };
}

function isForeign(step: Json): boolean {
  const signed = isObject(step) ? readStepSignature(step) : undefined;
  return signed !== undefined && signed.signature.by !== own;
}

function withoutSignature(step: Json): readonly Json[] {
  if (!isObject(step) || !isForeign(step)) return [step];
  if (textAt(step, 'type') === 'thought') return [];
  const { signature: _, ...rest } = step;
  return [rest];
}
