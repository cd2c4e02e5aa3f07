import { at, isList, isObject } from '../json/fields.ts';
import type { Invalid, Json, JsonObject } from '../protocol.ts';

/** How messages are written. */
type Shape = {
  /** The member that holds what is said; a protocol that allows a mere text there says so. */
  readonly content: 'content' | 'parts';
  readonly text: boolean;
  /** Messages of other kinds, which are left to their provider. */
  readonly passes?: (message: JsonObject) => boolean;
};

/**
 * Complaint about the first message whose members are of a type that no protocol allows: it would cost an attempt, and what
 * a translation makes of it is anybody's guess. Names and values are left to the provider.
 */
export function faultOfMessages(messages: readonly Json[], path: string, shape: Shape): Invalid | undefined {
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (!isObject(message)) return wrong(`${path}[${i}]`, 'an object');
    const role = at(message, 'role') ?? undefined;
    if (role !== undefined && typeof role !== 'string') return wrong(`${path}[${i}].role`, 'a string');
    if (shape.passes?.(message)) continue;
    const fault = faultOfContent(at(message, shape.content) ?? undefined, `${path}[${i}].${shape.content}`, shape.text);
    if (fault) return fault;
    const calls = at(message, 'tool_calls') ?? undefined;
    if (calls !== undefined && !(isList(calls) && calls.every(isObject)))
      return wrong(`${path}[${i}].tool_calls`, 'an array of objects');
  }
  return undefined;
}

function faultOfContent(content: Json | undefined, path: string, text: boolean): Invalid | undefined {
  if (content === undefined || (text && typeof content === 'string')) return undefined;
  if (!isList(content)) return wrong(path, text ? 'a string or an array of parts' : 'an array of parts');
  const odd = content.findIndex((part) => !isObject(part) && typeof part !== 'string');
  return odd < 0 ? undefined : wrong(`${path}[${odd}]`, 'an object');
}

const wrong = (param: string, what: string): Invalid => ({ invalid: `"${param}" must be ${what}.`, param });
