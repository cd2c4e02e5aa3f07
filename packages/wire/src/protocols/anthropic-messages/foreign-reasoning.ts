import { isWrapped } from '../../ir/signature.ts';
import { objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { ModelTraits } from '../../models/traits.ts';
import type { JsonObject } from '../../protocol.ts';

/**
 * Whether the conversation was with another protocol's model before: reasoning carries its signatures, or, where Claude is asked,
 * none, or they are missing in front of the calls that are now answered. Claude would refuse it as it is; other vendors'
 * models behind this protocol leave signatures empty.
 */
export function hasForeignReasoning(json: JsonObject, { family }: ModelTraits): boolean {
  const claude = family === 'claude';
  const messages = objectsAt(json, 'messages');
  return (
    messages.some(
      (message) =>
        message['role'] === 'assistant' && objectsAt(message, 'content').some((block) => isOthers(block, claude)),
    ) ||
    (claude && textAt(objectAt(json, 'thinking') ?? {}, 'type') === 'enabled' && inUnsignedToolLoop(messages))
  );
}

function isOthers(block: JsonObject, claude: boolean): boolean {
  if (block['type'] === 'redacted_thinking') return isWrapped(textAt(block, 'data'));
  if (block['type'] !== 'thinking') return false;
  const signature = textAt(block, 'signature') ?? '';
  return isWrapped(signature) || (claude && signature === '');
}

/**
 * Whether the conversation ends in results of tools that were called without signed reasoning before them; with a
 * thinking budget Anthropic refuses that.
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking#extended-thinking-with-tool-use
 */
export function inUnsignedToolLoop(messages: readonly JsonObject[]): boolean {
  const typesOf = (message: JsonObject | undefined): readonly unknown[] =>
    message ? objectsAt(message, 'content').map((block) => block['type']) : [];
  if (!typesOf(messages.at(-1)).includes('tool_result')) return false;
  const before = typesOf(messages.at(-2));
  return before.includes('tool_use') && before[0] !== 'thinking' && before[0] !== 'redacted_thinking';
}
