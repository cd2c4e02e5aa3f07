import type { Citation } from '../../ir/part.ts';
import { numberAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const units = {
  char_location: ['char', 'start_char_index', 'end_char_index'],
  page_location: ['page', 'start_page_number', 'end_page_number'],
  content_block_location: ['block', 'start_block_index', 'end_block_index'],
} as const;

/** Reads a citation of a text block. */
export function readCitation(json: JsonObject): Citation {
  const type = textAt(json, 'type') ?? '';
  const raw = { by: 'anthropic-messages', value: json } as const;
  const quote = textAt(json, 'cited_text');
  if (type === 'web_search_result_location')
    return { kind: 'url', url: textAt(json, 'url'), title: textAt(json, 'title'), quote, raw };
  if (type === 'search_result_location')
    return { kind: 'url', url: textAt(json, 'source'), title: textAt(json, 'title'), quote, raw };
  const entry = type in units ? units[type as keyof typeof units] : undefined;
  const start = entry && numberAt(json, entry[1]);
  const end = entry && numberAt(json, entry[2]);
  return {
    kind: entry ? 'document' : 'other',
    title: textAt(json, 'document_title'),
    quote,
    documentIndex: numberAt(json, 'document_index'),
    fileId: textAt(json, 'file_id'),
    place: entry && start !== undefined && end !== undefined ? { unit: entry[0], start, end } : undefined,
    raw,
  };
}

/** A citation for a client. Another protocol's page becomes a search result without the index only Anthropic can make. */
export function writeCitation(citation: Citation): JsonObject | undefined {
  if (citation.raw?.by === 'anthropic-messages') return citation.raw.value as JsonObject;
  if (citation.url !== undefined)
    return {
      type: 'web_search_result_location',
      cited_text: citation.quote ?? '',
      url: citation.url,
      title: citation.title ?? null,
      encrypted_index: '',
    };
  if (citation.kind !== 'document' || !citation.place) return undefined;
  const { unit, start, end } = citation.place;
  const type = unit === 'char' ? 'char_location' : unit === 'page' ? 'page_location' : 'content_block_location';
  const [, startKey, endKey] = units[type];
  return {
    type,
    cited_text: citation.quote ?? '',
    document_index: citation.documentIndex ?? 0,
    document_title: citation.title ?? null,
    [startKey]: start,
    [endKey]: end,
  };
}
