import { objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { readCarriedSeal } from './seals.ts';

/** Whether reasoning items in the input carry what another issuer than this protocol's sealed. */
export const hasWandered = (json: JsonObject): boolean =>
  objectsAt(json, 'input').some((item) => {
    const carried = item['type'] === 'reasoning' ? textAt(item, 'encrypted_content') : undefined;
    if (carried === undefined) return false;
    const { seal, redacted, callId } = readCarriedSeal(carried);
    return seal.by !== 'openai-responses' || redacted === true || callId !== undefined;
  });
