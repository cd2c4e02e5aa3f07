import { isWrapped } from '../../ir/seal.ts';
import { objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/**
 * Whether thoughts in the conversation are sealed by another issuer than this protocol's, or by nobody where Claude is
 * asked, which then refuses the whole request. Other vendors' models behind this protocol leave signatures empty.
 */
export function holdsOthersSeals(json: JsonObject, model: string): boolean {
  const claude = model.toLowerCase().includes('claude');
  return objectsAt(json, 'messages').some(
    (message) =>
      message['role'] === 'assistant' && objectsAt(message, 'content').some((block) => isOthers(block, claude)),
  );
}

function isOthers(block: JsonObject, claude: boolean): boolean {
  if (block['type'] === 'redacted_thinking') return isWrapped(textAt(block, 'data'));
  if (block['type'] !== 'thinking') return false;
  const signature = textAt(block, 'signature') ?? '';
  return isWrapped(signature) || (claude && signature === '');
}
