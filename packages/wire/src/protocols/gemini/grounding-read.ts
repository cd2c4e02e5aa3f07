import type { Citation, HostedCallPart, HostedResultPart } from '../../ir/part.ts';
import { isObject, listAt, numberAt, objectAt, objectsAt, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { camelKeys } from './cases.ts';
import { makeCallId } from './calls.ts';
import type { SaidText } from './said-text.ts';

const by = 'gemini';

type Source = {
  readonly kind: Citation['kind'];
  readonly url?: string | undefined;
  readonly title?: string | undefined;
};

/** A page, a place or a document that an answer rests on. */
function readSource(chunk: JsonObject): Source & { readonly quote?: string | undefined } {
  const web = objectAt(chunk, 'web') ?? objectAt(chunk, 'maps');
  if (web) return { kind: 'url', url: textAt(web, 'uri'), title: textAt(web, 'title') };
  const image = objectAt(chunk, 'image');
  if (image) return { kind: 'url', url: textAt(camelKeys(image), 'sourceUri'), title: textAt(image, 'title') };
  const context = objectAt(camelKeys(chunk), 'retrievedContext');
  if (!context) return { kind: 'other' };
  const url = textAt(context, 'uri');
  return {
    kind: url === undefined ? 'file' : 'url',
    url,
    title: textAt(context, 'title'),
    quote: textAt(context, 'text'),
  };
}

/** Where in the text a segment is. Its words are believed before its numbers, which some count otherwise. */
function placeOf(segment: JsonObject, said: SaidText): { readonly start?: number; readonly end?: number } {
  const words = textAt(segment, 'text');
  const end = numberAt(segment, 'endIndex');
  // Protobuf leaves out a zero.
  const start = numberAt(segment, 'startIndex') ?? 0;
  if (end !== undefined) {
    const place = { start: said.positionOf(start), end: said.positionOf(end) };
    if (words === undefined || said.text.slice(place.start, place.end) === words) return place;
  }
  const found = words === undefined || words === '' ? -1 : said.text.indexOf(words);
  return found < 0 ? {} : { start: found, end: found + (words ?? '').length };
}

const none: readonly Citation[] = [];

/** The citations that a candidate tells: what its text is grounded on, and what it repeats. */
export function readCitations(candidate: JsonObject, said: SaidText): readonly Citation[] {
  const written = objectAt(candidate, 'groundingMetadata');
  const repeated = objectAt(candidate, 'citationMetadata');
  if (!written && !repeated) return none;
  const citations: Citation[] = [];
  const grounding = written && camelKeys(written);
  const sources = grounding
    ? listAt(grounding, 'groundingChunks').map((chunk) => (isObject(chunk) ? readSource(chunk) : undefined))
    : [];
  for (const support of grounding ? objectsAt(grounding, 'groundingSupports').map(camelKeys) : []) {
    const segment = objectAt(support, 'segment');
    const place = segment ? placeOf(camelKeys(segment), said) : {};
    for (const index of listAt(support, 'groundingChunkIndices')) {
      const source = typeof index === 'number' ? sources[index] : undefined;
      if (source) citations.push({ ...source, ...place });
    }
  }
  // `citationSources` was its name in the first version.
  for (const key of ['citations', 'citationSources']) {
    for (const citation of repeated ? objectsAt(camelKeys(repeated), key).map(camelKeys) : []) {
      const place = placeOf(citation, said);
      citations.push({ kind: 'url', url: textAt(citation, 'uri'), title: textAt(citation, 'title'), ...place });
    }
  }
  return citations;
}

/** What Google's search did for an answer, as a call and its result; told only when the answer is complete. */
export function readSearch(
  grounding: JsonObject | undefined,
  seed: string,
): readonly [HostedCallPart, HostedResultPart] | undefined {
  const json = grounding && camelKeys(grounding);
  const queries = json ? textsAt(json, 'webSearchQueries') : [];
  if (!json || queries.length === 0) return undefined;
  const sources = objectsAt(json, 'groundingChunks').flatMap((chunk) => {
    const { url, title } = readSource(chunk);
    return url === undefined ? [] : [{ url, title }];
  });
  const callId = makeCallId(`${seed}_search`);
  return [
    {
      type: 'hosted-call',
      tool: 'web-search',
      callId,
      name: 'google_search',
      arguments: JSON.stringify({ queries }),
      raw: { by, value: null },
    },
    {
      type: 'hosted-result',
      tool: 'web-search',
      callId,
      content: [],
      sources,
      raw: { by, value: { groundingMetadata: json } },
    },
  ];
}
