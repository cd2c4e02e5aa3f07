import { readBody } from '../../relay/receive/read-body.ts';
import { Refusal } from '../../domain/refusal.ts';

/** Bodies of the admin API are forms, not files. */
const maxBytes = 4 << 20;

/** The JSON body of a request, counted while it is read. Refuses other content types: a form could be posted cross-site. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Refusal('invalid_request', 'Send the body as application/json.');
  const bytes = await readBody(request, maxBytes);
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return parsed;
  } catch {
    throw new Refusal('invalid_json', 'The body is no valid JSON.');
  }
}
