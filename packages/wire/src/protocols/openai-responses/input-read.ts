import type { LossTracker } from '../../ir/loss.ts';
import type { Part, Signature, ToolResultPart } from '../../ir/part.ts';
import type { IrMessage } from '../../ir/request.ts';
import { at, isList, isObject, textAt } from '../../json/fields.ts';
import type { Invalid, Json, JsonObject } from '../../protocol.ts';
import { extensionsOf, readContent } from './content-read.ts';
import { outputTypes, readEncrypted, readOutputItem } from './items-read.ts';

const by = 'openai-responses';

const messageKeys: ReadonlySet<string> = new Set(['type', 'role', 'content', 'id', 'status']);
const resultKeys: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'output', 'status', 'name']);

/** A turn in the making. */
type Turn = { readonly role: IrMessage['role']; readonly parts: Part[]; open: boolean };

/**
 * Reads `input`. The items of one answer of the model's (reasoning, texts, calls) become one message, the outputs of its
 * tools another, because other protocols know no items; what follows two texts in a row are two messages.
 */
export function readInput(
  input: Json | undefined,
  lossTracker: LossTracker,
): { readonly messages: readonly IrMessage[] } | Invalid {
  if (typeof input === 'string') return { messages: [{ role: 'user', parts: [{ type: 'text', text: input }] }] };
  if (input === undefined || input === null) return { messages: [] };
  if (!isList(input)) return { invalid: '"input" must be a string or an array of items.', param: 'input' };
  const messages: (IrMessage & { readonly parts: readonly Part[] })[] = [];
  const callSignatures = new Map<string, Signature>();
  let turn: Turn | undefined;

  /** Parts of the turn that is open, or of a new one. */
  function turnOf(role: 'user' | 'assistant'): Part[] {
    if (turn?.role === role && turn.open) return turn.parts;
    turn = { role, parts: [], open: true };
    messages.push({ role, parts: turn.parts });
    return turn.parts;
  }

  function readItem(item: JsonObject, path: string): Invalid | undefined {
    const role = textAt(item, 'role');
    const type = textAt(item, 'type') ?? (role === undefined ? 'item_reference' : 'message');
    switch (type) {
      case 'item_reference':
        return {
          invalid: `"${path}" refers to an item that only its provider has; send the item itself.`,
          param: path,
        };
      case 'message':
        return readMessageItem(item, role, path);
      case 'function_call_output':
      case 'custom_tool_call_output': {
        const result = readResult(item, type === 'custom_tool_call_output' ? 'custom' : 'function');
        turnOf('user').push(result ?? { type: 'foreign', foreign: { by, value: item } });
        return undefined;
      }
      case 'reasoning': {
        const carried = readEncrypted(item);
        if (carried?.callId !== undefined) {
          callSignatures.set(carried.callId, carried.signature);
          return undefined;
        }
        break;
      }
      default:
    }
    if (outputTypes.has(type) || type === 'mcp_approval_response') turnOf('user').push(...readOutputItem(item));
    else turnOf('assistant').push(...readOutputItem(item));
    return undefined;
  }

  function readMessageItem(item: JsonObject, role: string | undefined, path: string): Invalid | undefined {
    if (role === 'assistant') {
      const last = turn?.open ? turn.parts.at(-1)?.type : undefined;
      const calls = turn?.parts.some((part) => part.type === 'tool-call') ?? false;
      if ((last === 'text' || last === 'refusal') && !calls) turn = undefined;
      turnOf('assistant').push(...readOutputItem({ ...item, type: 'message' }));
      return undefined;
    }
    if (role !== 'user' && role !== 'system' && role !== 'developer')
      return {
        invalid: `"${path}.role" must be "user", "assistant", "system" or "developer".`,
        param: `${path}.role`,
      };
    const content = at(item, 'content');
    if (isList(content) && !content.every(isObject)) lossTracker.dropped(`${path}.content`, 'some of it is no part');
    turn = undefined;
    messages.push({
      role,
      id: textAt(item, 'id'),
      parts: readContent(content),
      extensions: extensionsOf(item, messageKeys),
    });
    return undefined;
  }

  for (const [i, item] of input.entries()) {
    const path = `input[${i}]`;
    if (!isObject(item)) return { invalid: `"${path}" must be an object.`, param: path };
    const invalid = readItem(item, path);
    if (invalid) return invalid;
  }
  return {
    messages: callSignatures.size === 0 ? messages : messages.map((message) => withSignatures(message, callSignatures)),
  };
}

function readResult(item: JsonObject, kind: 'function' | 'custom'): ToolResultPart | undefined {
  const callId = textAt(item, 'call_id');
  if (callId === undefined) return undefined;
  return {
    type: 'tool-result',
    id: textAt(item, 'id'),
    callId,
    name: textAt(item, 'name'),
    kind,
    content: readContent(at(item, 'output')),
    extensions: extensionsOf(item, resultKeys),
  };
}

function withSignatures(message: IrMessage, signatures: ReadonlyMap<string, Signature>): IrMessage {
  return {
    ...message,
    parts: message.parts.map((part) =>
      part.type === 'tool-call' && signatures.has(part.callId)
        ? { ...part, signature: signatures.get(part.callId) }
        : part,
    ),
  };
}
