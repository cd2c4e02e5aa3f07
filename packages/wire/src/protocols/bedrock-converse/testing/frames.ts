import { crc32 } from '../../../json/crc32.ts';
import type { Frame } from '../../../json/sse.ts';
import { concatBytes, encodeText } from '../../../text.ts';

function uint(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 0xff);
}

/** A header whose value is text. */
export function textHeader(name: string, value: string): Uint8Array {
  const [key, text] = [encodeText(name), encodeText(value)];
  return concatBytes([uint(key.length, 1), key, uint(7, 1), uint(text.length, 2), text]);
}

/** One message of an AWS event stream. Its format is checked against AWS's own encoder in `e2e/`. */
export function encodeMessage(headers: readonly Uint8Array[], payload: string): Uint8Array {
  const head = concatBytes([...headers, new Uint8Array()]);
  const body = encodeText(payload);
  const lengths = concatBytes([uint(16 + head.length + body.length, 4), uint(head.length, 4)]);
  const message = concatBytes([lengths, uint(crc32(lengths), 4), head, body]);
  return concatBytes([message, uint(crc32(message), 4)]);
}

/** An event as ConverseStream frames it; one whose name ends so is an exception. */
export function encodeFrame({ event, data }: Frame): Uint8Array {
  const exception = event?.endsWith('Exception') ?? false;
  const headers = [
    ...(event === undefined ? [] : [textHeader(exception ? ':exception-type' : ':event-type', event)]),
    textHeader(':content-type', 'application/json'),
    textHeader(':message-type', exception ? 'exception' : 'event'),
  ];
  return encodeMessage(headers, data);
}
