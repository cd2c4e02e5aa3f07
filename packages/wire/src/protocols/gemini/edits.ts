import { at, isList, isObject, textAt } from '../../json/fields.ts';
import { unknownModel, type ModelTraits } from '../../models/traits.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { geminiTraits } from './models.ts';
import { NO_SIGNATURE } from './request-write.ts';
import { readSignature } from './signatures.ts';

/** Both spellings; see `camelKeys`. */
const signatureKeys = ['thoughtSignature', 'thought_signature'] as const;

/**
 * The body without what another protocol's upstream signed, which Google refuses: a conversation that began on a
 * translated channel may go on here. A thought goes with its signature, a text or a call stays without it; models that demand
 * a signature on calls are told to do without. The argument itself when there is nothing.
 */
export function withoutForeignSignatures(json: JsonObject, model: ModelTraits = unknownModel): JsonObject {
  const contents = at(json, 'contents');
  if (!isList(contents) || !contents.some((content) => partsOf(content).some(isForeign))) return json;
  const { demandsSignatures } = geminiTraits(model);
  const edited: Json[] = [];
  for (const content of contents) {
    const own = withoutSignatures(content);
    if (own !== undefined) edited.push(demandsSignatures ? withSignedCall(own) : own);
  }
  return { ...json, contents: edited };
}

/** Undefined when nothing is left of it. */
function withoutSignatures(content: Json): Json | undefined {
  const parts = partsOf(content);
  if (!isObject(content) || !parts.some(isForeign)) return content;
  const kept = parts.flatMap(withoutSignature);
  return kept.length > 0 ? { ...content, parts: kept } : undefined;
}

/** The first call of a step must be signed; see `request-write.ts`. */
function withSignedCall(content: Json): Json {
  const parts = partsOf(content);
  const first = parts.find((part) => isObject(at(part, 'functionCall') ?? at(part, 'function_call')));
  if (!isObject(content) || !first || signatureKeys.some((key) => at(first, key) !== undefined)) return content;
  return {
    ...content,
    parts: parts.map((part) => (part === first ? { ...part, thoughtSignature: NO_SIGNATURE } : part)),
  };
}

function partsOf(content: Json): readonly JsonObject[] {
  const parts = isObject(content) ? at(content, 'parts') : undefined;
  return isList(parts) ? parts.filter(isObject) : [];
}

function isForeign(part: JsonObject): boolean {
  return signatureKeys.some((key) => {
    const carried = textAt(part, key);
    return carried !== undefined && readSignature(carried).signature.by !== 'gemini';
  });
}

function withoutSignature(part: JsonObject): readonly JsonObject[] {
  if (!isForeign(part)) return [part];
  const { thoughtSignature: _, thought_signature: __, ...rest } = part;
  const empty = textAt(rest, 'text') === '' && Object.keys(rest).length === 1;
  return at(part, 'thought') === true || empty ? [] : [rest];
}
