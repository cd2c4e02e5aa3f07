import { createHmac, randomBytes } from 'node:crypto';
import { networkOf } from '../../domain/ip-match.ts';
import type { AccountDeps } from './account-deps.ts';
import { sameSecret } from './secret-text.ts';

/*
 * A cookie by which a browser that has signed in to an account is known to it again. It opens nothing; it only keeps
 * the failures of strangers from shutting the owner out. It names the account by a seal alone.
 */

const maxAgeSeconds = 180 * 24 * 60 * 60;
const nameOf = (secure: boolean): string => `${secure ? '__Secure-' : ''}tollgate.device`;
const cookiePattern = /^([\w-]{22})\.([\w-]{43})$/;

/** The device as attempts at `account` know it; undefined when it has not entered this account before. */
export async function knownDevice(
  deps: Pick<AccountDeps, 'auth'>,
  client: { readonly headers: Headers; readonly secure: boolean },
  account: string,
): Promise<string | undefined> {
  const value = cookieOf(client.headers.get('cookie') ?? '', nameOf(client.secure));
  const [, id, seal] = cookiePattern.exec(value ?? '') ?? [];
  if (id === undefined || seal === undefined) return undefined;
  return sameSecret(seal, await sealOf(deps, id, account)) ? `device ${id}` : undefined;
}

/** The `Set-Cookie` line that lets a device be known again; `remember` false forgets it with the browser. */
export async function rememberDevice(
  deps: Pick<AccountDeps, 'auth'>,
  secure: boolean,
  account: string,
  remember: boolean,
): Promise<string> {
  const id = randomBytes(16).toString('base64url');
  const age = remember ? `; Max-Age=${maxAgeSeconds}` : '';
  const value = `${id}.${await sealOf(deps, id, account)}`;
  return `${nameOf(secure)}=${value}; Path=/api/v1; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${age}`;
}

/** Whether somebody is signed in to an account from the network of an address. */
export async function entersFrom(deps: AccountDeps, userId: string, address: string): Promise<boolean> {
  const { internalAdapter } = await (await deps.auth(false)).$context;
  const network = networkOf(address, 64);
  const sessions = await internalAdapter.listSessions(userId);
  return sessions.some(
    ({ ipAddress, expiresAt }) =>
      network !== undefined && networkOf(ipAddress ?? '', 64) === network && expiresAt.getTime() > deps.now(),
  );
}

/** The key is better-auth's own, derived from the master secret, so it is the same in every process. */
async function sealOf({ auth }: Pick<AccountDeps, 'auth'>, id: string, account: string): Promise<string> {
  const { secret } = await (await auth(false)).$context;
  return createHmac('sha256', secret).update(`device ${id} ${account.toLowerCase()}`).digest('base64url');
}

export function cookieOf(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
