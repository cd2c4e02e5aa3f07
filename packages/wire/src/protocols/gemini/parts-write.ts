import type { LossTracker } from '../../ir/loss.ts';
import type { DocumentPart, Part, ToolResultPart } from '../../ir/part.ts';
import type { ProtocolId } from '../../protocol.ts';
import { compact, isObject, objectAt, parseObject, restOf } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { writeArguments } from './arguments.ts';
import { isMadeCallId } from './calls.ts';
import { writeMedia } from './media-write.ts';
import type { GeminiTraits } from './models.ts';

const own = 'gemini';

/** What a part is written with. */
export type PartScene = {
  readonly lossTracker: LossTracker;
  readonly traits: GeminiTraits;
  /** Names of the called tools by call id. */
  readonly names: ReadonlyMap<string, string>;
  readonly clientProtocol: ProtocolId;
};

/**
 * A part as parts of a content, none when it cannot be said; then the loss is noted. Signatures go back on the very part that
 * carries them, and only Gemini's own.
 */
export function writeParts(part: Part, path: string, scene: PartScene): readonly JsonObject[] {
  const { lossTracker } = scene;
  if (part.cache) lossTracker.dropped(`${path}.cache`, 'Gemini caches by itself, or a whole prefix by name');
  lossTracker.extensions(path, part.extensions, own);
  const written = writeBare(part, path, scene);
  const [first, ...others] = written;
  if (!first) return [];
  if (part.signature && part.signature.by !== own)
    lossTracker.dropped(`${path}.signature`, `the signature is ${part.signature.by}'s`);
  const extra = part.extensions?.by === own ? restOf(part.extensions.fields, inner) : undefined;
  const thoughtSignature = part.signature?.by === own ? part.signature.value : undefined;
  return [compact({ ...first, thoughtSignature, ...extra }), ...others];
}

/** Extensions that belong inside the part's own object. */
const inner: ReadonlySet<string> = new Set(['functionResponse']);

function writeBare(part: Part, path: string, scene: PartScene): readonly JsonObject[] {
  const { lossTracker } = scene;
  switch (part.type) {
    case 'text':
      if (part.citations) lossTracker.dropped(`${path}.citations`, 'citations are not repeated in a request');
      return part.text === '' && part.signature?.by !== own ? [] : [{ text: part.text }];
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'reasoning':
      if (part.signature ? part.signature.by === own : scene.clientProtocol === own)
        return [{ text: part.text, thought: true }];
      lossTracker.dropped(
        path,
        part.signature ? `the signature is ${part.signature.by}'s` : 'Gemini takes back only its own reasoning',
      );
      return [];
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto')
        lossTracker.dropped(`${path}.detail`, 'Gemini sets the resolution of all media together');
      return some(writeMedia(part.source, path, lossTracker));
    case 'audio':
    case 'video':
      return some(writeMedia(part.source, path, lossTracker));
    case 'document':
      return writeDocument(part, path, scene);
    case 'tool-call':
      return [writeCall(part, path, lossTracker)];
    case 'tool-result':
      return writeResult(part, path, scene);
    case 'hosted-call':
      if (part.raw.by === own) return some(part.raw.value);
      lossTracker.dropped(path, `a call of ${part.raw.by}'s own tool`);
      return [];
    case 'hosted-result': {
      if (part.raw.by === own) return some(part.raw.value);
      const text = part.content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n');
      if (text.trim() === '') {
        lossTracker.dropped(path, `the result of ${part.raw.by}'s own tool`);
        return [];
      }
      lossTracker.approximated(path, `the result of ${part.raw.by}'s own tool became text`);
      return [{ text }];
    }
    case 'foreign':
      if (part.foreign.by === own) return some(part.foreign.value);
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return [];
  }
}

function some(json: Json | undefined): readonly JsonObject[] {
  return isObject(json) ? [json] : [];
}

function writeCall(part: Extract<Part, { type: 'tool-call' }>, path: string, lossTracker: LossTracker): JsonObject {
  const args = writeArguments(part.kind, part.arguments);
  if (!args) lossTracker.dropped(`${path}.arguments`, 'the arguments are no JSON object');
  return { functionCall: compact({ id: writtenId(part.callId), name: part.name, args: args ?? {} }) };
}

function writtenId(callId: string): string | undefined {
  return callId === '' || isMadeCallId(callId) ? undefined : callId;
}

/** A result, found by the name of its function, as an object. Media go inside it, or behind it for older models. */
function writeResult(part: ToolResultPart, path: string, scene: PartScene): readonly JsonObject[] {
  const { lossTracker, traits } = scene;
  const name = part.name === undefined || part.name === '' ? scene.names.get(part.callId) : part.name;
  if (name === undefined)
    lossTracker.approximated(`${path}.name`, 'the call is not in the conversation; its id became the name');
  const texts: string[] = [];
  const parts: JsonObject[] = [];
  const behind: JsonObject[] = [];
  for (const [i, piece] of part.content.entries()) {
    const innerPath = `${path}.content[${i}]`;
    if (piece.type === 'text' || piece.type === 'refusal') {
      texts.push(piece.text);
      continue;
    }
    for (const written of writeParts(piece, innerPath, scene)) {
      const text = written['text'];
      if (typeof text === 'string') texts.push(text);
      else if (traits.combines && written['inlineData'] !== undefined) parts.push(written);
      else {
        lossTracker.approximated(innerPath, 'the medium was put behind the result');
        behind.push(written);
      }
    }
  }
  const extra = part.extensions?.by === own ? objectAt(part.extensions.fields, 'functionResponse') : undefined;
  return [
    {
      functionResponse: compact({
        id: writtenId(part.callId),
        name: name ?? part.callId,
        response: responseOf(texts.join('\n'), part.error === true),
        parts: parts.length > 0 ? parts : undefined,
        ...extra,
      }),
    },
    ...behind,
  ];
}

/** A JSON object goes as it is; any other text as Google's `output`, and what failed as its `error`. */
function responseOf(text: string, failed: boolean): JsonObject {
  const json = parseObject(text);
  if (failed) return { error: json ?? text };
  return json ?? { output: text };
}

function writeDocument(part: DocumentPart, path: string, scene: PartScene): readonly JsonObject[] {
  const { lossTracker } = scene;
  const { source } = part;
  if (part.citations === true)
    lossTracker.dropped(`${path}.citations`, 'Gemini does not cite documents of the request');
  const heading = [part.title ?? part.filename, part.context].filter((text) => text !== undefined).join('\n');
  const named = heading === '' ? [] : [{ text: heading }];
  switch (source.kind) {
    case 'text':
      return [...named, { text: source.text }];
    case 'parts':
      return [...named, ...source.parts.flatMap((piece, i) => writeParts(piece, `${path}.source.parts[${i}]`, scene))];
    default: {
      for (const key of ['filename', 'title', 'context'] as const)
        if (part[key] !== undefined) lossTracker.dropped(`${path}.${key}`, 'Gemini has no place for it beside a file');
      return some(writeMedia(source, path, lossTracker));
    }
  }
}
