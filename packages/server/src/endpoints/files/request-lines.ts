import { isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import { readJson } from '@tollgate/wire/json/read';
import type { Invalid, JsonObject, NamedResource, RequestSummary } from '@tollgate/wire/protocol';
import { camelKeys } from '@tollgate/wire/protocols/gemini/cases';
import { inspectGemini } from '@tollgate/wire/protocols/gemini/inspect';
import { Refusal } from '../../domain/refusal.ts';
import type { RequestLines } from '../../domain/stored-object.ts';
import type { InspectLimits } from '../../relay/call.ts';
import { inspectGeminiEmbeddings } from '../shared/inspect-embeddings.ts';
import { openLines } from './batch-lines.ts';

const mostLines = 200_000;
/** As many as are looked up of one request. */
const mostNamed = 500;
/** What is held of a line that goes on in the next piece of an upload. */
const mostHeldBytes = 4 << 20;

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
  /** Takes what comes next. Never throws: what is no line of requests is noted. */
  push(piece: Uint8Array): void;
  /** How far it is, to be gone on with by whoever takes the next piece. */
  soFar(): LinesSoFar;
  /** The file is whole: what its requests come to, if it is of so many bytes. */
  end(sizeBytes: number): RequestLines;
};

/**
 * Reads a file of requests as it passes, a line at a time: what they may come to, and all that they name. Nothing of the requests
 * themselves is kept.
 */
export function openRequestLines(from: LinesSoFar, limits: InspectLimits): LinesReader {
  let { size, lines } = from;
  const split = openLines((line) => {
    lines = lines.refused === undefined ? withLine(lines, line, limits) : lines;
  });
  const refuse = (refused: string): void => {
    lines = { ...lines, refused: lines.refused ?? refused };
  };
  const take = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error.message);
    }
  };
  if (from.held !== '') take(() => split.push(Buffer.from(from.held, 'base64')));
  return {
    push(piece) {
      size += piece.byteLength;
      if (lines.refused === undefined) take(() => split.push(piece));
    },
    soFar() {
      const held = split.rest();
      if (held.byteLength > mostHeldBytes)
        refuse(`A line that goes on in the next piece of its upload has more than ${mostHeldBytes >> 20} MiB.`);
      return { size, held: lines.refused === undefined ? Buffer.from(held).toString('base64') : '', lines };
    },
    end(sizeBytes) {
      if (lines.refused === undefined) take(() => split.end());
      if (size !== sizeBytes) refuse('Not all of the file was read when it was uploaded.');
      if (lines.count === 0) refuse('The file has no requests.');
      return lines;
    },
  };
}

const atFault = (lines: RequestLines, message: string): RequestLines => ({
  ...lines,
  refused: `Line ${lines.count + 1}: ${message}`,
});

function withLine(lines: RequestLines, bytes: Uint8Array, limits: InspectLimits): RequestLines {
  if (lines.count === mostLines) return { ...lines, refused: `The file has more than ${mostLines} requests.` };
  const read = readJson(bytes);
  if ('failure' in read) return atFault(lines, read.message);
  const { json } = read;
  const request = isObject(json) ? objectAt(json, 'request') : undefined;
  if (!isObject(json) || !request) return atFault(lines, 'a request is an object with "request".');
  if (read.duplicateKeys) return atFault(lines, 'a key stands twice in an object.');
  const strange = Object.keys(json).find((key) => !lineKeys.has(key));
  if (strange !== undefined) return atFault(lines, `"${strange.slice(0, 40)}" is not known.`);
  const of = Object.hasOwn(request, 'content') ? 'embeddings' : 'contents';
  if (lines.count > 0 && of !== lines.of) return atFault(lines, 'all requests of a file must be of one kind.');
  return withRequest({ ...lines, of }, request, limits);
}

function withRequest(lines: RequestLines, request: JsonObject, limits: InspectLimits): RequestLines {
  const model = textAt(request, 'model');
  if (lines.count > 0 && model !== lines.model)
    return atFault(lines, 'all requests of a file must name one model, or none.');
  const kind = lineKinds[lines.of];
  // It is named when the batch begins, if not here.
  const read = kind.inspect(request, limits, model ?? 'unnamed');
  if ('invalid' in read) return atFault(lines, read.invalid);
  const named = withNamed(lines.named, read.references?.resources ?? []);
  if (named.length > mostNamed) return atFault(lines, `the requests name more than ${mostNamed} things.`);
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

/** Each thing once. */
function withNamed(known: readonly NamedResource[], more: readonly NamedResource[]): readonly NamedResource[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !ids.has(id));
  return fresh.length === 0 ? known : [...known, ...new Map(fresh.map((one) => [one.id, one])).values()];
}
