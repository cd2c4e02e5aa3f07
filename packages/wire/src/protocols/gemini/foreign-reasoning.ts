import { isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { ModelTraits } from '../../models/traits.ts';
import type { JsonObject } from '../../protocol.ts';
import { camelKeys } from './cases.ts';
import { geminiTraits } from './models.ts';
import { readSignature } from './signatures.ts';

/**
 * Whether the conversation was with another protocol's model before: parts carry its signatures, or, where Gemini demands
 * them, a call of the current turn has none.
 */
export function hasForeignReasoning(json: JsonObject, model: ModelTraits): boolean {
  const contents = objectsAt(json, 'contents').map((content) => ({
    model: content['role'] === 'model',
    parts: objectsAt(content, 'parts').map(camelKeys),
  }));
  if (contents.some(({ parts }) => parts.some(isOthers))) return true;
  if (!geminiTraits(model).demandsSignatures) return false;
  const asked = contents.findLastIndex((content) => !content.model && !content.parts.some(answers));
  return contents.slice(asked + 1).some((content) => content.model && isUnsigned(content.parts));
}

function isOthers(part: JsonObject): boolean {
  const carried = textAt(part, 'thoughtSignature');
  return carried !== undefined && readSignature(carried).signature.by !== 'gemini';
}

const answers = (part: JsonObject): boolean => isObject(part['functionResponse']);

function isUnsigned(parts: readonly JsonObject[]): boolean {
  const first = parts.find((part) => objectAt(part, 'functionCall') !== undefined);
  return first !== undefined && (textAt(first, 'thoughtSignature') ?? '') === '';
}
