import { isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { camelKeys } from '@tollgate/wire/protocols/gemini/cases';
import type { Call } from '../../relay/call.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { ClientSecret } from '../../services/client-secrets.ts';
import { holdBytes, type Inspected, type Planned } from '../../relay/request-context.ts';
import type { StreamedBody } from '../../upstream/upstream.ts';
import {
  noLines,
  openRequestLines,
  unreadLines,
  type LinesReader,
  type LinesReading,
  type LinesSoFar,
} from './request-lines.ts';

/** How long an upload may take: Google keeps what is uploaded for no longer. */
export const uploadLifeMs = 48 * 3_600_000;

/** How many files of requests somebody may have under way: what is kept of each lies in the database until it is over. */
const mostOpen = 100;
/** How long a place is kept for an upload that its account has not begun yet. */
const beginsWithinMs = 600_000;

/** Where an upload goes, and how far what it is of has been read, where that is requests. */
export type UploadAt = {
  readonly channelId: string;
  readonly credential: number;
  readonly query: string;
  readonly reading: LinesSoFar | undefined;
  /** Among its owner's uploads that are read. */
  readonly place?: string | undefined;
};

/** As it is kept with the name of the upload. */
export const written = ({ reading, place, ...at }: UploadAt): JsonObject => ({
  ...at,
  ...(place !== undefined && { place }),
  ...(reading && { reading: JSON.stringify(reading) }),
});

/** The type that whoever begins an upload says it is of: in a header, or of the file. */
export function announcedType({ call, body }: Inspected): string {
  const file = isObject(body.json) ? (objectAt(body.json, 'file') ?? {}) : {};
  return call.request.headers.get('x-goog-upload-header-content-type') ?? textAt(camelKeys(file), 'mimeType') ?? '';
}

/** What {@link written} wrote. Throws on anything else. */
export function uploadAt({ channelId, credential, query, reading, place }: JsonObject): UploadAt {
  if (typeof channelId !== 'string' || typeof credential !== 'number' || typeof query !== 'string')
    throw new Error('an upload that is none was let through');
  const soFar = typeof reading === 'string' ? (JSON.parse(reading) as LinesSoFar) : undefined;
  return { channelId, credential, query, reading: soFar, ...(typeof place === 'string' && { place }) };
}

/** Whether a type, as whoever uploads says it, is of a file of requests: `jsonl`, `application/jsonl`, `application/x-ndjson`. */
export const isOfLines = (type: string): boolean =>
  /^(?:(?:application|text)\/)?(?:x-)?(?:jsonl|jsonlines|json-lines|ndjson)$/i.test(
    type.split(';', 1)[0]?.trim() ?? '',
  );

/** A place among its owner's uploads for one that is to be read; undefined for others. Throws the refusal when all are taken. */
export async function placeFor(deps: RelayDeps, context: Inspected): Promise<string | undefined> {
  if (!isOfLines(announcedType(context))) return undefined;
  const { id } = context.key.user;
  const place = await deps.clientSecrets.takePlace(`uploads\0${id}`, mostOpen, deps.clock.now() + beginsWithinMs);
  if (place !== undefined) return place;
  throw new Refusal(
    'concurrency_limit_exceeded',
    `You have begun ${mostOpen} uploads of requests that are not over. Finalize or cancel one of them.`,
  );
}

/** An upload is over, or came to nothing. */
export async function leavePlace(deps: RelayDeps, place: string | undefined): Promise<void> {
  if (place !== undefined) await deps.clientSecrets.leavePlace(place);
}

/** Reads on with a piece of an upload. One that does not begin where the last one ended leaves a gap that nobody has read. */
export function readerOfPiece(deps: RelayDeps, context: Planned, reading: LinesSoFar): LinesReader | undefined {
  const { headers } = context.call.request;
  if (!/upload|finalize/i.test(headers.get('x-goog-upload-command') ?? '')) return undefined;
  const isNext = Number(headers.get('x-goog-upload-offset') ?? Number.NaN) === reading.size;
  const from = isNext
    ? reading
    : unreadLines('A piece of its upload was sent anew, or does not follow the one before. Upload the file once more.');
  return openRequestLines(from, readingOf(deps, context));
}

/** Reads a whole file that comes in one body, where it is of requests. */
export const readerOfWhole = (deps: RelayDeps, context: Planned): LinesReader | undefined =>
  isOfLines(context.call.request.headers.get('content-type') ?? '')
    ? openRequestLines(noLines, readingOf(deps, context))
    : undefined;

const readingOf = (deps: RelayDeps, context: Planned): LinesReading => ({
  limits: context.snapshot.settings.relay,
  parse: (bytes) => deps.jsonThread.parse(bytes),
  hold(bytes) {
    // A request that is over has given back all that it held.
    if (!context.finished) holdBytes(deps, context, bytes);
  },
});

/** A body that is read here as it is sent on, a piece at a time. */
export function readAsSent(body: StreamedBody | undefined, reader: LinesReader): StreamedBody | undefined {
  if (!body) return undefined;
  return {
    ...body,
    open: () => passing(body.open(), reader),
  };
}

async function* passing(pieces: AsyncIterable<Uint8Array>, reader: LinesReader): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await reader.push(piece);
    yield piece;
  }
}

/** A piece has been taken: whoever takes the next one reads on from here. */
export async function keepReading(
  deps: RelayDeps,
  { call, secret }: Planned,
  at: UploadAt,
  reader: LinesReader,
): Promise<void> {
  if (!secret) throw new Error('a piece without its upload was let through');
  await changeUpload(deps, call, { ...secret, session: written({ ...at, reading: reader.soFar() }) });
}

/** The file is whole: what was kept of it between two pieces is not needed any more. */
export async function forgetReading(deps: RelayDeps, { call, secret }: Planned): Promise<void> {
  if (!secret) return;
  const { reading: _, place, ...session } = secret.session;
  await leavePlace(deps, typeof place === 'string' ? place : undefined);
  await changeUpload(deps, call, { ...secret, session });
}

const changeUpload = (deps: RelayDeps, call: Call, secret: ClientSecret): Promise<void> =>
  deps.clientSecrets.change(call.target.params['upload'] ?? '', secret, deps.clock.now() + uploadLifeMs);
