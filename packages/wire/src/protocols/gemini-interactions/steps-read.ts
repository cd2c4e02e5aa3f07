import type { Extensions, Part, ReasoningPart, Signature, ToolCallPart, ToolResultPart } from '../../ir/part.ts';
import type { IrMessage } from '../../ir/request.ts';
import { at, flagAt, isList, isObject, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { readSignature } from '../gemini/signatures.ts';
import { isContent, readContent, readContents } from './content-read.ts';
import { readHosted } from './hosted.ts';

const by = 'gemini-interactions';

/** The signature of a step, and whether its thought was never shown. */
export function readStepSignature(
  step: JsonObject,
): { readonly signature: Signature; readonly redacted: boolean | undefined } | undefined {
  const carried = textAt(step, 'signature');
  return carried === undefined || carried === '' ? undefined : readSignature(carried, by);
}

/** Texts of a thought's summary, as one. */
export const summaryText = (step: JsonObject): string =>
  objectsAt(step, 'summary')
    .map((item) => textAt(item, 'text') ?? '')
    .filter((text) => text !== '')
    .join('\n\n');

/** A summary that is more than one text is kept as it stood. */
export function summaryExtensions(step: JsonObject): Extensions | undefined {
  const summary = at(step, 'summary');
  if (!isList(summary) || summary.length === 0) return undefined;
  const [only] = summary;
  const plain = summary.length === 1 && isObject(only) && textAt(only, 'type') === 'text';
  return plain ? undefined : { by, fields: { summary } };
}

function readThought(step: JsonObject): ReasoningPart {
  const signed = readStepSignature(step);
  return {
    type: 'reasoning',
    text: summaryText(step),
    summary: true,
    redacted: signed?.redacted,
    signature: signed?.signature,
    extensions: summaryExtensions(step),
  };
}

function readCall(step: JsonObject): ToolCallPart {
  return {
    type: 'tool-call',
    callId: textAt(step, 'id') ?? '',
    name: textAt(step, 'name') ?? '',
    kind: 'function',
    arguments: writtenArguments(at(step, 'arguments')),
    signature: readStepSignature(step)?.signature,
  };
}

/** Arguments as the text of their object; some write the text itself. */
export const writtenArguments = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? {});

const resultKeys: ReadonlySet<string> = new Set(['type', 'call_id', 'name', 'result', 'is_error']);

function readResult(step: JsonObject): ToolResultPart {
  const result = at(step, 'result') ?? '';
  const fields = restOf(step, resultKeys);
  return {
    type: 'tool-result',
    callId: textAt(step, 'call_id') ?? '',
    name: textAt(step, 'name'),
    kind: 'function',
    content: typeof result === 'string' || isList(result) ? readContents(result) : [asText(result)],
    error: flagAt(step, 'is_error'),
    extensions: fields && { by, fields },
  };
}

const asText = (result: Json): Part => ({ type: 'text', text: JSON.stringify(result) });

type Turn = { readonly role: IrMessage['role']; readonly parts: readonly Part[]; readonly joins: boolean };

/** A step as what its speaker says; results of functions are the user's. */
function readStep(step: JsonObject): Turn {
  switch (textAt(step, 'type')) {
    case 'user_input':
      return { role: 'user', parts: readContents(at(step, 'content')), joins: false };
    case 'model_output':
      return { role: 'assistant', parts: readContents(at(step, 'content')), joins: true };
    case 'thought':
      return { role: 'assistant', parts: [readThought(step)], joins: true };
    case 'function_call':
      return { role: 'assistant', parts: [readCall(step)], joins: true };
    case 'function_result':
      return { role: 'user', parts: [readResult(step)], joins: true };
    default:
      return {
        role: 'assistant',
        parts: [readHosted(step) ?? { type: 'foreign', foreign: { by, value: step } }],
        joins: true,
      };
  }
}

/**
 * Reads an input: a text, a piece of content or several, or steps. What one side says in steps behind each other is one
 * message; pieces of content that stand alone are the user's, and one message together. Undefined when it is none of these.
 */
export function readInput(input: Json): readonly IrMessage[] | undefined {
  if (typeof input === 'string') return [{ role: 'user', parts: [{ type: 'text', text: input }] }];
  const items = isList(input) ? input : [input];
  const messages: { role: IrMessage['role']; parts: Part[]; joins: boolean }[] = [];
  for (const item of items) {
    if (!isObject(item)) return undefined;
    const turn: Turn = isContent(item) ? { role: 'user', parts: [readContent(item)], joins: true } : readStep(item);
    const last = messages.at(-1);
    if (last && last.role === turn.role && last.joins && turn.joins) last.parts.push(...turn.parts);
    else messages.push({ role: turn.role, parts: [...turn.parts], joins: turn.joins });
  }
  return messages.map(({ role, parts }) => ({ role, parts }));
}
