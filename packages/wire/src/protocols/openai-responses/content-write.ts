import type { LossTracker } from '../../ir/loss.ts';
import { urlOfSource } from '../../ir/media.ts';
import type { CacheHint, Citation, DocumentPart, Part, RefusalPart, TextPart, TokenLogprob } from '../../ir/part.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import type { ResponsesTraits } from './models.ts';

const own = 'openai-responses';

/** What a request's parts are written with. */
export type Writing = { readonly traits: ResponsesTraits; readonly lossTracker: LossTracker };

/** Files of OpenAI's are the same behind both of its protocols. */
const knowsFile = (by: string): boolean => by === own || by === 'openai-chat';

function writeCache(
  cache: CacheHint | undefined,
  path: string,
  { traits, lossTracker }: Writing,
): JsonObject | undefined {
  if (!cache) return undefined;
  if (!traits.breakpoints) {
    lossTracker.dropped(`${path}.cache`, 'the model caches unasked, or not at all');
    return undefined;
  }
  const { ttlSeconds } = cache;
  if (ttlSeconds === undefined) return { mode: 'explicit' };
  if (ttlSeconds !== 1800 && ttlSeconds !== 43_200)
    lossTracker.approximated(`${path}.cache`, `kept for ${ttlSeconds > 1800 ? 'twelve hours' : 'half an hour'}`);
  return { mode: 'explicit', ttl: ttlSeconds > 1800 ? '12h' : '30m' };
}

/**
 * A part as input content, of a message or of a tool's output; undefined when it cannot be said, and then the loss is
 * noted.
 */
export function writeInputPart(part: Part, path: string, writing: Writing): JsonObject | undefined {
  const { lossTracker } = writing;
  lossTracker.extensions(path, part.extensions, own);
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  const prompt_cache_breakpoint = writeCache(part.cache, path, writing);
  switch (part.type) {
    case 'text':
      if (part.citations) lossTracker.dropped(`${path}.citations`, 'citations are not repeated in a request');
      return compact({ type: 'input_text', text: part.text, prompt_cache_breakpoint, ...extra });
    case 'refusal':
      return { type: 'input_text', text: part.text };
    case 'image': {
      const { source } = part;
      const url = urlOfSource(source);
      const file_id = source.kind === 'file' && knowsFile(source.by) ? source.fileId : undefined;
      if (url === undefined && file_id === undefined) break;
      const detail = part.detail ?? 'auto';
      return compact({ type: 'input_image', detail, image_url: url, file_id, prompt_cache_breakpoint, ...extra });
    }
    case 'document':
      return writeDocument(part, path, writing, prompt_cache_breakpoint);
    case 'audio': {
      const { source } = part;
      if (source.kind === 'base64') {
        const format = source.mediaType.replace(/^audio\/(?:x-)?/, '').replace(/^mpeg$/, 'mp3');
        return { type: 'input_audio', input_audio: { data: source.data, format } };
      }
      if (part.transcript === undefined || part.transcript === '') break;
      lossTracker.approximated(path, 'audio became its transcript');
      return { type: 'input_text', text: part.transcript };
    }
    case 'foreign':
      if (part.foreign.by === own) return part.foreign.value as JsonObject;
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return undefined;
    default:
  }
  lossTracker.dropped(path, `Responses has no such input: ${part.type}`);
  return undefined;
}

function writeDocument(
  part: DocumentPart,
  path: string,
  writing: Writing,
  prompt_cache_breakpoint: JsonObject | undefined,
): JsonObject | undefined {
  const { lossTracker } = writing;
  const { source } = part;
  if (part.citations === true)
    lossTracker.dropped(`${path}.citations`, 'Responses does not cite documents of a request');
  const name = part.filename ?? part.title;
  if (source.kind === 'text' || source.kind === 'parts') {
    const texts = source.kind === 'text' ? [source.text] : [];
    for (const inner of source.kind === 'parts' ? source.parts : []) {
      if (inner.type === 'text') texts.push(inner.text);
      else lossTracker.dropped(`${path}.source`, 'images inside a document');
    }
    lossTracker.approximated(path, 'the document became text');
    const text = [name, part.context, texts.join('\n\n')].filter((line) => line !== undefined && line !== '');
    return compact({ type: 'input_text', text: text.join('\n\n'), prompt_cache_breakpoint });
  }
  if (part.context !== undefined) lossTracker.dropped(`${path}.context`, 'Responses has no context of a document');
  switch (source.kind) {
    case 'url':
      return compact({ type: 'input_file', file_url: source.url, filename: part.filename, prompt_cache_breakpoint });
    case 'base64':
      return compact({
        type: 'input_file',
        filename: name ?? 'document',
        file_data: urlOfSource(source),
        prompt_cache_breakpoint,
      });
    case 'file':
      if (knowsFile(source.by))
        return compact({
          type: 'input_file',
          file_id: source.fileId,
          filename: part.filename,
          prompt_cache_breakpoint,
        });
      lossTracker.dropped(path, `only ${source.by} knows the file`);
      return undefined;
  }
}

/** A text or refusal of the model's, as content of its message. */
export function writeOutputContent(part: TextPart | RefusalPart, path: string, lossTracker: LossTracker): JsonObject {
  if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
  return {
    type: 'output_text',
    text: part.text,
    annotations: (part.citations ?? [])
      .map((citation) => writeAnnotation(citation, part.text.length, path, lossTracker))
      .filter((annotation) => annotation !== undefined),
    logprobs: writeLogprobs(part.logprobs),
  };
}

/** An annotation; a citation without a place in the text is of all of it so far, `length`. */
export function writeAnnotation(
  citation: Citation,
  length: number,
  path: string,
  lossTracker: LossTracker,
): JsonObject | undefined {
  if (citation.raw?.by === own) return citation.raw.value as JsonObject;
  const { start = 0, end = length } = citation;
  if (citation.url !== undefined) {
    if (citation.quote !== undefined) lossTracker.dropped(`${path}.citations`, 'OpenAI does not quote what it cites');
    const { url } = citation;
    return { type: 'url_citation', url, title: citation.title ?? '', start_index: start, end_index: end };
  }
  if (citation.fileId !== undefined)
    return { type: 'file_citation', file_id: citation.fileId, filename: citation.title ?? '', index: end };
  lossTracker.dropped(`${path}.citations`, 'OpenAI has no word for what is cited');
  return undefined;
}

/** Log probabilities of tokens; an empty list without any. */
export function writeLogprobs(logprobs: readonly TokenLogprob[] | undefined): readonly JsonObject[] {
  return (logprobs ?? []).map(({ top, ...token }) => ({
    ...writeLogprob(token),
    top_logprobs: (top ?? []).map(writeLogprob),
  }));
}

function writeLogprob({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logprob, bytes: bytes ?? [] };
}
