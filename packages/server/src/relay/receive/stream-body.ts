import { Refusal } from '../../domain/refusal.ts';
import type { StreamedBody } from '../../upstream/upstream.ts';
import { announcedBytes, readPieces, tooLarge, type BodyWatch } from './read-pieces.ts';

/**
 * A request's body as it comes, to be sent on: one piece of it is here at a time, and it can be read only once. It is held to the same
 * size and the same patience as a body that is kept. Undefined where there is none. Throws a {@link Refusal}.
 */
export function streamBody(request: Request, maxBytes: number, watch: BodyWatch): StreamedBody | undefined {
  const announced = announcedBytes(request);
  if (announced !== undefined && announced > maxBytes) throw tooLarge(maxBytes);
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity')
    throw new Refusal('unsupported_encoding', 'A body that is passed on as it comes must not be encoded.');
  if (!request.body || announced === 0) return undefined;
  let opened = false;
  return {
    byteLength: announced,
    once: true,
    open() {
      if (opened) throw new Error('the body of the request was read already');
      opened = true;
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      readPieces(request, maxBytes, watch, (piece) => writer.write(piece))
        .then(
          () => writer.close(),
          (error: unknown) => writer.abort(error),
        )
        // Whoever reads has been told, or has left.
        .catch(() => undefined);
      return readable;
    },
  };
}
