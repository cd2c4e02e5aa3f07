import { may, type Permission } from '@tollgate/contract/permissions';
import { measure } from '@tollgate/wire/json/scan';
import { readBody } from '../../relay/receive/read-body.ts';
import { Refusal } from '../../domain/refusal.ts';

/** Bodies of the admin API are forms, not files; only administrators have long lists to send. */
const bytesForAnybody = 16 << 10;
const bytesForPeople = 256 << 10;
const bytesForAdministrators = 4 << 20;

/** What is checked value by value, and complained of value by value. */
const maxValues = 200_000;
const maxDepth = 64;

/** The most bytes that the body of a call may have, by who may make it. */
export function bodyLimitOf(permission: Permission | 'public'): number {
  if (permission === 'public') return bytesForAnybody;
  return may(permission, { role: 'user' }) ? bytesForPeople : bytesForAdministrators;
}

/** The JSON body of a request, counted while it is read. Refuses other content types: a form could be posted cross-site. */
export async function readJsonBody(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Refusal('invalid_request', 'Send the body as application/json.');
  const bytes = await readBody(request, maxBytes);
  const { excess } = measure(bytes, maxDepth, maxValues);
  if (excess === 'depth') throw new Refusal('invalid_request', `The body is nested deeper than ${maxDepth} levels.`);
  if (excess === 'values') throw new Refusal('invalid_request', `The body has more than ${maxValues} values.`);
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return parsed;
  } catch {
    throw new Refusal('invalid_json', 'The body is no valid JSON.');
  }
}
