import type { LossTracker } from '../../ir/loss.ts';
import { urlOfSource } from '../../ir/media.ts';
import {
  textOf,
  type CacheHint,
  type DocumentPart,
  type MediaSource,
  type Part,
  type ReasoningPart,
  type TextPart,
  type ToolCallPart,
  type ToolResultPart,
} from '../../ir/part.ts';
import type { IrMessage } from '../../ir/request.ts';
import { compact, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import type { ChatTraits } from './models.ts';
import { checkOf, writeDetail, writeThoughtSignature } from './reasoning.ts';
import { writeCallBody } from './tool-call.ts';

const own = 'openai-chat';

/** Where a part stands, for the loss tracker, and what the model can be told. */
type Writing = { readonly traits: ChatTraits; readonly lossTracker: LossTracker };

/**
 * Messages as Chat has them. The results of tools become messages of their own right behind the call; media in them,
 * which a tool's message cannot hold, follow in a user's message behind the last result.
 */
export function writeMessages(
  messages: readonly IrMessage[],
  traits: ChatTraits,
  lossTracker: LossTracker,
): readonly JsonObject[] {
  const out: JsonObject[] = [];
  const writing = { traits, lossTracker };
  let media: JsonObject[] = [];
  const flush = (): void => {
    if (media.length > 0) out.push({ role: 'user', content: media });
    media = [];
  };
  for (const [i, message] of messages.entries()) {
    const path = `messages[${i}]`;
    lossTracker.extensions(path, message.extensions, own);
    const extra = message.extensions?.by === own ? message.extensions.fields : undefined;
    if (message.role === 'assistant') {
      flush();
      const written = writeAssistant(message, path, writing);
      if (written) out.push({ ...written, ...extra });
      continue;
    }
    if (message.role !== 'user') {
      flush();
      const written = writeInstructions(message, path, writing);
      if (written) out.push({ ...written, ...extra });
      continue;
    }
    let rest: JsonObject[] = [];
    for (const [j, part] of message.parts.entries()) {
      const partPath = `${path}.parts[${j}]`;
      if (part.type === 'tool-result') {
        const result = writeResult(part, partPath, writing);
        // What the user said before it would stand between the call and its result.
        out.push(result.message);
        media.push(...result.media);
      } else {
        const written = writeUserPart(part, partPath, writing);
        if (written) rest.push(written);
      }
    }
    if (rest.length === 0) continue;
    rest = [...media, ...rest];
    media = [];
    out.push(compact({ role: 'user', name: message.name, content: plain(rest), ...extra }));
  }
  flush();
  return out;
}

/** Text alone goes as a string: not every vendor takes lists. */
function plain(content: readonly JsonObject[]): Json {
  const [only] = content;
  const text = only?.['text'];
  return only && content.length === 1 && Object.keys(only).length === 2 && typeof text === 'string' ? text : content;
}

/** `cache_control`, which does something only before Claude; OpenAI and most others cache unasked. */
function writeCache(
  cache: CacheHint | undefined,
  path: string,
  { traits, lossTracker }: Writing,
): JsonObject | undefined {
  if (!cache) return undefined;
  if (!traits.claude) {
    lossTracker.dropped(`${path}.cache`, 'the model caches unasked, or not at all');
    return undefined;
  }
  return cache.ttlSeconds !== undefined && cache.ttlSeconds > 300
    ? { type: 'ephemeral', ttl: '1h' }
    : { type: 'ephemeral' };
}

function writeText(part: TextPart, path: string, writing: Writing): JsonObject {
  writing.lossTracker.extensions(path, part.extensions, own);
  if (part.citations) writing.lossTracker.dropped(`${path}.citations`, 'citations are not repeated in a request');
  return compact({ type: 'text', text: part.text, cache_control: writeCache(part.cache, path, writing) });
}

function writeInstructions(message: IrMessage, path: string, writing: Writing): JsonObject | undefined {
  const content: JsonObject[] = [];
  for (const [j, part] of message.parts.entries()) {
    const partPath = `${path}.parts[${j}]`;
    if (part.type === 'text') content.push(writeText(part, partPath, writing));
    else writing.lossTracker.dropped(partPath, 'instructions are text only');
  }
  if (content.length === 0) return undefined;
  // Only OpenAI knows developers, and it takes either word.
  const role = message.role === 'developer' && writing.traits.openai ? 'developer' : 'system';
  return compact({ role, name: message.name, content: plain(content) });
}

function writeUserPart(part: Part, path: string, writing: Writing): JsonObject | undefined {
  const { lossTracker, traits } = writing;
  if (part.type === 'text') return writeText(part, path, writing);
  lossTracker.extensions(path, part.extensions, own);
  const cache_control = writeCache(part.cache, path, writing);
  switch (part.type) {
    case 'image': {
      const url = urlOfSource(part.source);
      if (url === undefined) return fileLost(part.source, path, lossTracker);
      return compact({ type: 'image_url', image_url: compact({ url, detail: part.detail }), cache_control });
    }
    case 'audio': {
      if (part.source.kind === 'base64') {
        const format = part.source.mediaType.replace(/^audio\/(?:x-)?/, '').replace(/^mpeg$/, 'mp3');
        return { type: 'input_audio', input_audio: { data: part.source.data, format } };
      }
      lossTracker.dropped(path, 'Chat takes audio only inline');
      return undefined;
    }
    case 'video': {
      const url = urlOfSource(part.source);
      if (url !== undefined && !traits.openai) return { type: 'video_url', video_url: { url } };
      lossTracker.dropped(path, 'Chat takes no video');
      return undefined;
    }
    case 'document':
      return writeDocument(part, path, writing, cache_control);
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'foreign':
      if (part.foreign.by === own) return part.foreign.value as JsonObject;
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return undefined;
    default:
      lossTracker.dropped(path, `a user's message of Chat holds no ${part.type}`);
      return undefined;
  }
}

function fileLost(source: MediaSource, path: string, lossTracker: LossTracker): undefined {
  lossTracker.dropped(path, source.kind === 'file' ? `only ${source.by} knows the file` : 'Chat takes no such source');
  return undefined;
}

function writeDocument(
  part: DocumentPart,
  path: string,
  writing: Writing,
  cache_control: JsonObject | undefined,
): JsonObject | undefined {
  const { lossTracker } = writing;
  const { source } = part;
  if (part.citations === true) lossTracker.dropped(`${path}.citations`, 'Chat does not cite documents');
  if (source.kind === 'text' || source.kind === 'parts') {
    const text = source.kind === 'text' ? source.text : textOf(source.parts, '\n\n');
    if (source.kind === 'parts' && source.parts.some((inner) => inner.type !== 'text'))
      lossTracker.dropped(`${path}.source`, 'images inside a document');
    lossTracker.approximated(path, 'the document became text');
    const title = part.title ?? part.filename;
    const head = [title, part.context].filter((line) => line !== undefined && line !== '').join('\n');
    return compact({ type: 'text', text: head === '' ? text : `${head}\n\n${text}`, cache_control });
  }
  if (part.context !== undefined) lossTracker.dropped(`${path}.context`, 'Chat has no context of a document');
  if (source.kind === 'file') {
    // Responses and Chat share OpenAI's files.
    if (source.by === own || source.by === 'openai-responses')
      return compact({ type: 'file', file: { file_id: source.fileId }, cache_control });
    return fileLost(source, path, lossTracker);
  }
  if (source.kind === 'url') {
    lossTracker.dropped(path, 'Chat takes documents only inline or by id');
    return undefined;
  }
  const filename = part.filename ?? part.title ?? 'document';
  return compact({ type: 'file', file: { filename, file_data: urlOfSource(source) ?? '' }, cache_control });
}

function writeResult(
  part: ToolResultPart,
  path: string,
  writing: Writing,
): { readonly message: JsonObject; readonly media: readonly JsonObject[] } {
  const { lossTracker } = writing;
  lossTracker.extensions(path, part.extensions, own);
  const cache_control = writeCache(part.cache, path, writing);
  const texts: string[] = [];
  const media: JsonObject[] = [];
  for (const [i, inner] of part.content.entries()) {
    const innerPath = `${path}.content[${i}]`;
    if (inner.type === 'text') {
      texts.push(inner.text);
      continue;
    }
    const written = writeUserPart(inner, innerPath, writing);
    if (!written) continue;
    if (typeof written['text'] === 'string') texts.push(written['text']);
    else {
      media.push(written);
      texts.push(`[${inner.type} of this result follows in the next user message]`);
      lossTracker.approximated(innerPath, 'moved to a user message behind the result');
    }
  }
  let content = texts.join('\n');
  if (part.error === true) {
    lossTracker.approximated(`${path}.error`, 'told in the text');
    content = /^error/i.test(content) ? content : `Error: ${content}`;
  }
  const cached = cache_control && [{ type: 'text', text: content, cache_control }];
  return { message: { role: 'tool', tool_call_id: part.callId, content: cached ?? content }, media };
}

/** An answer of the past. Its parts lose their order where Chat has none. */
function writeAssistant(message: IrMessage, path: string, writing: Writing): JsonObject | undefined {
  const { lossTracker, traits } = writing;
  const texts: JsonObject[] = [];
  const reasoningParts: ReasoningPart[] = [];
  const calls: JsonObject[] = [];
  let refusal: string | undefined;
  let audio: JsonObject | undefined;
  for (const [j, part] of message.parts.entries()) {
    const partPath = `${path}.parts[${j}]`;
    switch (part.type) {
      case 'text':
        if (calls.length > 0) lossTracker.approximated(partPath, 'text behind a tool call moved in front of it');
        texts.push(writeText(part, partPath, writing));
        break;
      case 'reasoning':
        reasoningParts.push(part);
        break;
      case 'refusal':
        refusal = (refusal ?? '') + part.text;
        break;
      case 'tool-call':
        calls.push(writeCall(part, partPath, writing));
        break;
      case 'audio':
        if (part.source.kind === 'file' && part.source.by === own) audio = { id: part.source.fileId };
        else if (part.transcript !== undefined) texts.push({ type: 'text', text: part.transcript });
        else lossTracker.dropped(partPath, 'audio of another answer');
        break;
      case 'hosted-result': {
        const text = textOf(part.content, '\n');
        if (text === '') lossTracker.dropped(partPath, `the result of ${part.raw.by}'s own tool`);
        else {
          lossTracker.approximated(partPath, `the result of ${part.raw.by}'s own tool became text`);
          texts.push({ type: 'text', text });
        }
        break;
      }
      default:
        lossTracker.dropped(partPath, `an assistant's message of Chat holds no ${part.type}`);
    }
  }
  const reasoning = writeReasoningParts(reasoningParts, path, writing);
  if (texts.length === 0 && calls.length === 0 && refusal === undefined && audio === undefined && !reasoning)
    return undefined;
  return compact({
    role: 'assistant',
    name: message.name,
    ...reasoning,
    content: texts.length === 0 ? null : joined(texts, traits),
    refusal,
    audio,
    tool_calls: calls.length > 0 ? calls : undefined,
  });
}

/** Texts of one answer follow each other without a break, as Anthropic splits them at citations. */
function joined(texts: readonly JsonObject[], traits: ChatTraits): Json {
  if (traits.claude && texts.some((text) => text['cache_control'] !== undefined)) return texts;
  return texts.map((text) => textAt(text, 'text') ?? '').join('');
}

/** OpenAI takes no reasoning back over Chat; others want their own again, in a tool loop above all. */
function writeReasoningParts(
  reasoningParts: readonly ReasoningPart[],
  path: string,
  { traits, lossTracker }: Writing,
): JsonObject | undefined {
  if (reasoningParts.length === 0) return undefined;
  if (traits.openai) {
    lossTracker.dropped(`${path}.reasoning`, 'OpenAI takes no reasoning back over Chat');
    return undefined;
  }
  const details: JsonObject[] = [];
  for (const [i, part] of reasoningParts.entries()) {
    if (part.signature?.by === own && traits.details)
      details.push(
        compact({
          text: part.redacted ? undefined : part.text,
          ...writeDetail(part, part.signature, i, checkOf(part.text)),
        }),
      );
    else if (part.signature)
      lossTracker.dropped(
        `${path}.reasoning.signature`,
        `the signature is ${part.signature.by === own ? 'OpenRouter' : part.signature.by}'s`,
      );
  }
  const text = reasoningParts.map((part) => part.text).join('');
  if (details.length > 0) return { reasoning: text, reasoning_details: details };
  return text === '' ? undefined : { reasoning_content: text };
}

function writeCall(part: ToolCallPart, path: string, writing: Writing): JsonObject {
  const { lossTracker, traits } = writing;
  lossTracker.extensions(path, part.extensions, own);
  if (part.cache) writeCache(part.cache, path, { ...writing, traits: { ...traits, claude: false } });
  const extra_content = traits.gemini ? writeThoughtSignature(part.signature) : undefined;
  if (part.signature && !extra_content)
    lossTracker.dropped(`${path}.signature`, `the signature is ${part.signature.by}'s`);
  return compact({
    id: part.callId,
    ...writeCallBody(part),
    extra_content,
    ...(part.extensions?.by === own ? part.extensions.fields : undefined),
  });
}
