import fc from 'fast-check';
import type { Part } from '../multipart/parts.ts';

/** A part as a client writes it. */
export type SentPart = { readonly headers: string; readonly content: Uint8Array };

/** A body of parts, as a client writes it. */
export function formBody(boundary: string, parts: readonly SentPart[]): Uint8Array {
  const chunks = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${boundary}\r\n${headers}\r\n`, 'latin1'),
    content,
    Buffer.from('\r\n'),
  ]);
  return new Uint8Array(Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]));
}

export const sentField = (name: string, value: string): SentPart => ({
  headers: `Content-Disposition: form-data; name="${name}"\r\n`,
  content: Buffer.from(value),
});

export const sentFile = (name: string, content: Uint8Array, filename = 'a.bin'): SentPart => ({
  headers: `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n`,
  content,
});

/** A request whose body comes in these pieces. */
export function requestOf(
  boundary: string,
  pieces: readonly Uint8Array[],
  headers: Readonly<Record<string, string>> = {},
): Request {
  const waiting = [...pieces];
  return new Request('http://gateway.test/v1/x', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers },
    body: new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = waiting.shift();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
    }),
  });
}

/** Bytes cut at these places, given as parts of a thousand. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const at = places.map((place) => Math.floor((bytes.length * place) / 1000)).toSorted((one, other) => one - other);
  return [0, ...at].map((from, index) => bytes.slice(from, at[index] ?? bytes.length));
}

export const cuts = fc.array(fc.nat(1000), { maxLength: 12 });

/** What parts are made of that is likely to be taken for a boundary. */
export const treacherous = (boundary: string): fc.Arbitrary<Uint8Array> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '\r',
          '\n',
          '\r\n',
          '\r\n\r\n',
          '-',
          '--',
          `--${boundary}`,
          `\r\n--${boundary.slice(0, -1)}`,
          `\n--${boundary}--`,
          `\r--${boundary}\r\n`,
          '\r\n-',
          '\r\r\n--',
        ),
        fc.string({ maxLength: 40, unit: 'binary' }),
      ),
      { maxLength: 12 },
    )
    .map((texts) => texts.join(''))
    // The pieces together may be a boundary after all, which no client would send.
    .filter((text) => !`${text}\r\n`.includes(`\r\n--${boundary}`) && !text.startsWith(`--${boundary}`))
    .map((text) => new Uint8Array(Buffer.from(text)));

const names = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdefgh_-.é漢'.split('')) })
  .map((name) => Buffer.from(name).toString('latin1'));

/** Parts of all kinds, no two text fields of one name. */
export const sentParts = (boundary: string): fc.Arbitrary<readonly SentPart[]> =>
  fc
    .uniqueArray(
      fc.record({
        name: names,
        file: fc.boolean(),
        more: fc.array(fc.constantFrom('X-More: a;b', 'content-length: 7', 'CONTENT-TRANSFER-ENCODING: 8bit'), {
          maxLength: 1,
        }),
        content: treacherous(boundary),
      }),
      { selector: ({ name }) => name, maxLength: 8 },
    )
    .map((specs) =>
      specs.map(({ name, file, more, content }) => ({
        headers: [
          `Content-Disposition: form-data; name="${name}"${file ? '; filename="f.txt"' : ''}`,
          ...more,
          '',
        ].join('\r\n'),
        content: file ? content : new Uint8Array(Buffer.from(Buffer.from(content).toString())),
      })),
    );

/** A part that has been read, with all its bytes. */
export async function wholePart(part: Part): Promise<SentPart> {
  const pieces: Uint8Array[] = [];
  for await (const piece of part.content.read()) pieces.push(piece);
  return {
    headers: Buffer.from(part.headers).toString('latin1'),
    content: new Uint8Array(Buffer.concat(pieces)),
  };
}
