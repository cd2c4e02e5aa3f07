import { isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import { readJson, readLargeJson, type JsonFailure, type JsonRead } from '@tollgate/wire/json/read';
import type { Invalid, JsonObject, NamedResource, RequestSummary } from '@tollgate/wire/protocol';
import { camelKeys } from '@tollgate/wire/protocols/gemini/cases';
import { inspectGemini } from '@tollgate/wire/protocols/gemini/inspect';
import { Refusal } from '../../domain/refusal.ts';
import type { RequestLines } from '../../domain/stored-object.ts';
import type { InspectLimits } from '../../relay/call.ts';
import type { JsonThread } from '../../services/json-thread.ts';
import { inspectGeminiEmbeddings } from '../shared/inspect-embeddings.ts';
import { lineLimits, openLines } from './batch-lines.ts';

const mostLines = 200_000;
/** As many as are looked up of one request. */
const mostNamed = 500;
/** What is held of a line that goes on in the next piece of an upload. */
const mostHeldBytes = 64 << 10;
/** Of the names of all that the requests name, and of their model's: what is written down between two pieces. */
const mostNameLength = 64 << 10;
const mostModelLength = 200;

/** From this size on a line is parsed in another thread. */
const longLineBytes = 512 << 10;

/** What may stand in a line beside its request. https://ai.google.dev/gemini-api/docs/batch-api#input-file */
const lineKeys: ReadonlySet<string> = new Set(['key', 'request', 'metadata']);

/** How requests of each kind are read, and how many of their answers have no most. */
type LineKind = {
  inspect(request: JsonObject, limits: InspectLimits, model: string): RequestSummary | Invalid;
  unboundedIn(request: JsonObject): number;
};

export const lineKinds: Readonly<Record<RequestLines['of'], LineKind>> = {
  contents: {
    inspect: (request, limits, model) => inspectGemini('chat', request, limits, { model, stream: false }),
    unboundedIn(request) {
      const config = camelKeys(objectAt(camelKeys(request), 'generationConfig') ?? {});
      const count = config['candidateCount'];
      return (config['maxOutputTokens'] ?? null) === null ? (typeof count === 'number' ? count : 1) : 0;
    },
  },
  embeddings: {
    inspect: (request, _limits, model) => inspectGeminiEmbeddings(request, model),
    unboundedIn: () => 0,
  },
};

/** How far the reading of a file of requests is, between two pieces of its upload; JSON. */
export type LinesSoFar = {
  /** Bytes that were read. */
  readonly size: number;
  /** The beginning of a line that is not over, in base64. */
  readonly held: string;
  readonly lines: RequestLines;
};

export const noLines: LinesSoFar = {
  size: 0,
  held: '',
  lines: { of: 'contents', count: 0, inputEstimate: 0, maxOutputTokens: 0, unbounded: 0, searches: 0, named: [] },
};

/** One of which nobody knows what is in it; `why` is for its owner. */
export const unreadLines = (why: string): LinesSoFar => ({ ...noLines, lines: { ...noLines.lines, refused: why } });

export type LinesReader = {
  /** Takes what comes next; waits while a long line is parsed. What is no line of requests is noted, not thrown. */
  push(piece: Uint8Array): Promise<void>;
  /** How far it is, to be gone on with by whoever takes the next piece. */
  soFar(): LinesSoFar;
  /** The file is whole: it has been read to its end. */
  finish(): Promise<void>;
  /** What its requests come to, if it is of so many bytes. */
  told(sizeBytes: number): RequestLines;
};

/** What a reader works with. */
export type LinesReading = {
  readonly limits: InspectLimits;
  /** Parses a long line elsewhere. */
  readonly parse: JsonThread['parse'];
  /** Is told by how many bytes what is held of a line grows; by a negative number, how far it shrinks. */
  hold(bytes: number): void;
};

/**
 * Reads a file of requests as it passes, a line at a time: what they may come to, and all that they name. Nothing of the requests
 * themselves is kept.
 */
export function openRequestLines(from: LinesSoFar, { limits, parse, hold }: LinesReading): LinesReader {
  let { size, lines } = from;
  let counted = 0;
  const names = openNames(lines.named);
  const ready: Uint8Array[] = [];
  const split = openLines((line) => ready.push(line));
  const count = (bytes: number): void => {
    if (bytes !== counted) hold(bytes - counted);
    counted = bytes;
  };
  const refuse = (refused: string): void => {
    lines = { ...lines, refused: lines.refused ?? refused };
  };
  const read = async (work: () => void): Promise<void> => {
    if (lines.refused !== undefined) return;
    try {
      work();
      for (const line of ready) {
        const isLong = line.byteLength >= longLineBytes;
        if (isLong) count(split.heldBytes + line.byteLength);
        const json = isLong ? (await readLargeJson(line, parse, lineLimits)).read : readJson(line, lineLimits);
        lines = withLine(lines, json, limits, names);
        if (lines.refused !== undefined) break;
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error.message);
    } finally {
      ready.length = 0;
      // Nothing more is read of a file that is refused.
      if (lines.refused !== undefined) split.drop();
      count(split.heldBytes);
    }
  };
  if (from.held !== '') split.push(Buffer.from(from.held, 'base64'));
  return {
    push(piece) {
      size += piece.byteLength;
      return read(() => split.push(piece));
    },
    soFar() {
      const held = split.rest();
      if (held.byteLength > mostHeldBytes)
        refuse(`A line that goes on in the next piece of its upload has more than ${mostHeldBytes >> 10} KiB there.`);
      return { size, held: lines.refused === undefined ? Buffer.from(held).toString('base64') : '', lines };
    },
    finish: () => read(() => split.end()),
    told(sizeBytes) {
      if (size !== sizeBytes) refuse('Not all of the file was read when it was uploaded.');
      if (lines.count === 0) refuse('The file has no requests.');
      return lines;
    },
  };
}

/** All that was named so far, each once: looked up once a file, and not with each line. */
type Names = {
  /** The same list where nothing is new; undefined where there is too much. */
  with(known: readonly NamedResource[], more: readonly NamedResource[]): readonly NamedResource[] | undefined;
};

function openNames(named: readonly NamedResource[]): Names {
  const ids = new Set<string>();
  let length = 0;
  const add = (id: string): void => {
    ids.add(id);
    length += id.length;
  };
  for (const { id } of named) add(id);
  return {
    with(known, more) {
      const fresh: NamedResource[] = [];
      for (const one of more) {
        if (ids.has(one.id)) continue;
        add(one.id);
        fresh.push(one);
        if (ids.size > mostNamed || length > mostNameLength) return undefined;
      }
      return fresh.length === 0 ? known : [...known, ...fresh];
    },
  };
}

const atFault = (lines: RequestLines, message: string): RequestLines => ({
  ...lines,
  refused: `Line ${lines.count + 1}: ${message}`,
});

function withLine(
  lines: RequestLines,
  read: JsonRead | JsonFailure,
  limits: InspectLimits,
  names: Names,
): RequestLines {
  if (lines.count === mostLines) return { ...lines, refused: `The file has more than ${mostLines} requests.` };
  if ('failure' in read) return atFault(lines, read.message);
  const { json } = read;
  const request = isObject(json) ? objectAt(json, 'request') : undefined;
  if (!isObject(json) || !request) return atFault(lines, 'a request is an object with "request".');
  if (read.duplicateKeys) return atFault(lines, 'a key stands twice in an object.');
  const strange = Object.keys(json).find((key) => !lineKeys.has(key));
  if (strange !== undefined) return atFault(lines, `"${strange.slice(0, 40)}" is not known.`);
  const of = Object.hasOwn(request, 'content') ? 'embeddings' : 'contents';
  if (lines.count > 0 && of !== lines.of) return atFault(lines, 'all requests of a file must be of one kind.');
  return withRequest({ ...lines, of }, request, limits, names);
}

function withRequest(lines: RequestLines, request: JsonObject, limits: InspectLimits, names: Names): RequestLines {
  const model = textAt(request, 'model');
  if (lines.count > 0 && model !== lines.model)
    return atFault(lines, 'all requests of a file must name one model, or none.');
  if (model !== undefined && model.length > mostModelLength)
    return atFault(lines, `the name of a model has at most ${mostModelLength} characters.`);
  const kind = lineKinds[lines.of];
  // It is named when the batch begins, if not here.
  const read = kind.inspect(request, limits, model ?? 'unnamed');
  if ('invalid' in read) return atFault(lines, read.invalid);
  const named = names.with(lines.named, read.references?.resources ?? []);
  if (!named)
    return atFault(
      lines,
      `the requests name more than ${mostNamed} things, or more than ${mostNameLength >> 10} KiB of names.`,
    );
  return {
    ...lines,
    model,
    count: lines.count + 1,
    inputEstimate: lines.inputEstimate + read.inputEstimate,
    maxOutputTokens: lines.maxOutputTokens + (read.maxOutputTokens ?? 0) * read.choices,
    unbounded: lines.unbounded + kind.unboundedIn(request),
    searches: lines.searches + (read.hosted?.length ?? 0),
    named,
  };
}
