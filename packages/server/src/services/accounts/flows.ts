import { isUniqueViolation } from '../../store/database.ts';
import { flowRepository, type StoredFlow } from '../../store/sign-in/flows.ts';
import type { AccountDeps } from './account-deps.ts';
import { cookieOf } from './known-devices.ts';
import { hashSecret, sameSecret } from './secret-text.ts';
import type { ClientInfo } from './client-info.ts';

/*
 * What is begun in a browser and ended once, by whoever knows its text: signing in by way of somebody else, a second
 * factor, a proof. Only hashes are stored. Each is bound to the browser in which it was begun by a cookie of its own, so
 * that nobody can have another's browser end what they began themselves.
 */

const lifeSeconds = 600;
export const flowLifeMs = lifeSeconds * 1000;

/** A new text of 256 bits. */
export function randomText({ randomBytes }: Pick<AccountDeps, 'randomBytes'>): string {
  const bytes = new Uint8Array(32);
  randomBytes(bytes);
  return Buffer.from(bytes).toString('base64url');
}

/** With `__Host-`, no other site of the same domain can put one there. */
const nameOf = (secure: boolean): string => `${secure ? '__Host-' : ''}tollgate.flow`;

/** What this browser is known by while something is under way; undefined when it carries nothing. */
function browserOf({ headers, secure }: ClientInfo): string | undefined {
  const value = cookieOf(headers.get('cookie') ?? '', nameOf(secure));
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** Marks this browser; a mark that is there stays, because something may be under way in another tab. */
export function markBrowser(
  deps: Pick<AccountDeps, 'randomBytes'>,
  client: ClientInfo,
): { readonly mark: string; readonly cookies: readonly string[] } {
  const mark = browserOf(client) ?? randomText(deps);
  const flags = `Path=/; HttpOnly; SameSite=Strict${client.secure ? '; Secure' : ''}; Max-Age=${lifeSeconds}`;
  return { mark: hashSecret(mark), cookies: [`${nameOf(client.secure)}=${mark}; ${flags}`] };
}

/** Whether this is the browser that was marked so. */
export function isMarked(client: ClientInfo, mark: string): boolean {
  return sameSecret(hashSecret(browserOf(client) ?? ''), mark);
}

/** Begins a flow that `text` ends. */
export async function putFlow(
  deps: AccountDeps,
  purpose: string,
  flow: { readonly text: string; readonly userId?: string | undefined; readonly payload: unknown },
): Promise<void> {
  await flowRepository.insert(deps.database.db, {
    id: hashSecret(flow.text),
    purpose,
    userId: flow.userId,
    payload: JSON.stringify(flow.payload),
    expiresAt: deps.now() + flowLifeMs,
  });
}

/** A flow that is under way; it goes on. */
export const findFlow = async (deps: AccountDeps, purpose: string, text: string): Promise<StoredFlow | undefined> =>
  await flowRepository.find(deps.database.db, hashSecret(text), purpose, deps.now());

/** Ends a flow: it is gone, whatever is made of it. Undefined when there is none of this text; of two at once one gets it. */
export async function takeFlow(deps: AccountDeps, purpose: string, text: string): Promise<StoredFlow | undefined> {
  const { db } = deps.database;
  const flow = await flowRepository.find(db, hashSecret(text), purpose, deps.now());
  return flow !== undefined && (await flowRepository.take(db, flow.id)) ? flow : undefined;
}

/** Takes a text that others made; false when it was taken already. */
export async function takeOnce(deps: AccountDeps, purpose: string, text: string): Promise<boolean> {
  try {
    await putFlow(deps, purpose, { text: `${purpose} ${text}`, payload: null });
    return true;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return false;
  }
}
