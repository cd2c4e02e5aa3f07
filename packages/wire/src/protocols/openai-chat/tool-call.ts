import type { ToolCallPart } from '../../ir/part.ts';
import type { JsonObject } from '../../protocol.ts';

/** What a call says, without its id: of a message that asks, and of one that answers. */
export const writeCallBody = (part: ToolCallPart): JsonObject =>
  part.kind === 'custom'
    ? { type: 'custom', custom: { name: part.name, input: part.arguments } }
    : { type: 'function', function: { name: part.name, arguments: part.arguments === '' ? '{}' : part.arguments } };
