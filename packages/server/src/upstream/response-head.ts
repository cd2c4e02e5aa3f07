/** What a response's head says about the response and about the connection under it. */
export type ResponseHead = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of body, or -1 when no length was given. */
  readonly length: number;
  readonly chunked: boolean;
  readonly keepAlive: boolean;
};

/**
 * Reads a head: status line and header lines, each ending with CRLF, without the empty line.
 * Returns the reason when it is not one. RFC 9112 sections 4 to 6; section 5.2 lets a gateway refuse folded lines.
 */
export function parseHead(text: string): ResponseHead | string {
  // `HTTP/1.1 200` and then a space with a reason, or the end of the line.
  if (!text.startsWith('HTTP/1.') || text.charCodeAt(8) !== 0x20) return 'the answer is not HTTP/1.1';
  const minor = text.charCodeAt(7) - 0x30;
  if (minor !== 0 && minor !== 1) return 'the answer is not HTTP/1.1';
  const status = statusAt(text);
  if (status < 100) return 'the status line is malformed';
  let at = text.indexOf('\r\n') + 2;
  if (text.charCodeAt(12) !== 0x20 && at !== 14) return 'the status line is malformed';
  if (!isFieldText(text, 12, at - 2)) return 'the status line is malformed';

  const headers = new Map<string, string>();
  while (at < text.length) {
    const end = text.indexOf('\r\n', at);
    const colon = nameEnd(text, at, end);
    if (colon < 0) return 'a header line is malformed';
    let from = colon + 1;
    let to = end;
    while (from < to && isBlank(text.charCodeAt(from))) from += 1;
    while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
    if (!isFieldText(text, from, to)) return 'a header value is malformed';
    const name = text.slice(at, colon).toLowerCase();
    const value = text.slice(from, to);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
    at = end + 2;
  }
  return framing(status, minor, headers);
}

function framing(status: number, minor: number, headers: ReadonlyMap<string, string>): ResponseHead | string {
  const encoding = headers.get('transfer-encoding');
  const lengthText = headers.get('content-length');
  if (encoding !== undefined) {
    if (lengthText !== undefined) return 'the answer has both a length and a transfer encoding';
    if (minor === 0) return 'an HTTP/1.0 answer has a transfer encoding';
    if (encoding.toLowerCase() !== 'chunked') return 'the transfer encoding is not chunked';
  }
  let length = -1;
  if (lengthText !== undefined) {
    length = lengthOf(lengthText);
    if (length < 0) return 'the content length is malformed';
  }
  const connection = headers.get('connection');
  const closes = connection !== undefined && connection.toLowerCase().includes('close');
  return { status, headers, length, chunked: encoding !== undefined, keepAlive: minor === 1 && !closes };
}

/** Digits only; a list of equal lengths counts as one (RFC 9110 section 8.6), differing ones are refused. */
function lengthOf(text: string): number {
  const first = text.indexOf(',') < 0 ? text : (text.split(',')[0] ?? '').trim();
  if (first !== text && text.split(',').some((part) => part.trim() !== first)) return -1;
  if (first.length === 0 || first.length > 15) return -1;
  let value = 0;
  for (let index = 0; index < first.length; index += 1) {
    const digit = first.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function statusAt(text: string): number {
  let status = 0;
  for (let index = 9; index < 12; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    status = status * 10 + digit;
  }
  return status;
}

/** The colon after a name that is a token, or -1. */
function nameEnd(text: string, from: number, end: number): number {
  for (let index = from; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x3a) return index > from ? index : -1;
    if (token[code] !== 1) return -1;
  }
  return -1;
}

function isFieldText(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 ? code !== 0x09 : code === 0x7f) return false;
  }
  return true;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

const token = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  token[char.charCodeAt(0)] = 1;
}
