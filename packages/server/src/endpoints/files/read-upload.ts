import type { Planned } from '../../relay/request-context.ts';
import type { StreamedBody } from '../../upstream/upstream.ts';
import { noLines, openRequestLines, unreadLines, type LinesReader, type LinesSoFar } from './request-lines.ts';

/** Whether a type, as whoever uploads says it, is of a file of requests: `jsonl`, `application/jsonl`, `application/x-ndjson`. */
export const isOfLines = (type: string): boolean =>
  /^(?:(?:application|text)\/)?(?:x-)?(?:jsonl|jsonlines|json-lines|ndjson)$/i.test(
    type.split(';', 1)[0]?.trim() ?? '',
  );

/** Reads on with a piece of an upload. One that does not begin where the last one ended leaves a gap that nobody has read. */
export function readerOfPiece({ call, snapshot }: Planned, reading: LinesSoFar): LinesReader | undefined {
  const { headers } = call.request;
  if (!/upload|finalize/i.test(headers.get('x-goog-upload-command') ?? '')) return undefined;
  const isNext = Number(headers.get('x-goog-upload-offset') ?? Number.NaN) === reading.size;
  const from = isNext
    ? reading
    : unreadLines('A piece of its upload was sent anew, or does not follow the one before. Upload the file once more.');
  return openRequestLines(from, snapshot.settings.relay);
}

/** Reads a whole file that comes in one body, where it is of requests. */
export const readerOfWhole = ({ call, snapshot }: Planned): LinesReader | undefined =>
  isOfLines(call.request.headers.get('content-type') ?? '')
    ? openRequestLines(noLines, snapshot.settings.relay)
    : undefined;

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
    reader.push(piece);
    yield piece;
  }
}
