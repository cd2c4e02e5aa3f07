import { Refused } from '../../services/accounts/refused.ts';

/** Bodies of the admin API are forms, not files. */
const maxBytes = 4 << 20;

/** The JSON body of a request, counted while it is read. Refuses other content types: a form could be posted cross-site. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Refused('invalid_request', 'Send the body as application/json.');
  if (Number(request.headers.get('content-length') ?? '0') > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body !== null)
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  try {
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return parsed;
  } catch {
    throw new Refused('invalid_json', 'The body is no valid JSON.');
  }
}

const tooLarge = (): Refused => new Refused('request_too_large', `The body is larger than ${maxBytes} bytes.`);
