import type { Citation } from '../../ir/part.ts';
import { numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const units = [
  ['documentChar', 'char'],
  ['documentPage', 'page'],
  ['documentChunk', 'block'],
] as const;

/** Reads a citation, whole or as a stream has it. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html */
export function readCitation(json: JsonObject): Citation {
  const location = objectAt(json, 'location') ?? {};
  const quote = objectsAt(json, 'sourceContent')
    .map((content) => textAt(content, 'text') ?? '')
    .join('');
  const common = {
    title: textAt(json, 'title'),
    quote: quote === '' ? undefined : quote,
    raw: { by: 'bedrock-converse', value: json },
  } as const;
  const web = objectAt(location, 'web');
  if (web) return { kind: 'url', url: textAt(web, 'url') ?? textAt(json, 'source'), ...common };
  if (objectAt(location, 'searchResultLocation')) return { kind: 'url', url: textAt(json, 'source'), ...common };
  for (const [key, unit] of units) {
    const found = objectAt(location, key);
    if (!found) continue;
    const start = numberAt(found, 'start');
    const end = numberAt(found, 'end');
    return {
      kind: 'document',
      documentIndex: numberAt(found, 'documentIndex'),
      place: start === undefined || end === undefined ? undefined : { unit, start, end },
      ...common,
    };
  }
  return { kind: 'other', ...common };
}
