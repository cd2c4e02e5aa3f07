import { objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { camelKeys } from './cases.ts';
import { readSeal } from './seals.ts';

/** Whether parts of the conversation carry what another issuer than this protocol's sealed. */
export const holdsOthersSeals = (json: JsonObject): boolean =>
  objectsAt(json, 'contents').some((content) => objectsAt(content, 'parts').some(isOthers));

function isOthers(part: JsonObject): boolean {
  const carried = textAt(camelKeys(part), 'thoughtSignature');
  return carried !== undefined && readSeal(carried).seal.by !== 'gemini';
}
