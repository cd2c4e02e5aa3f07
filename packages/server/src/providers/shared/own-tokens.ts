import { SignJWT } from 'jose';
import { fieldOf, type JwtAuth } from '../auth.ts';

type Values = Readonly<Record<string, string>>;

/** Tokens of accounts, by their credentials: each is signed once and used until its last fifth. */
const signed = new WeakMap<Values, { readonly token: string; readonly until: number }>();

/** Vendors' clocks and ours differ by less than this. */
const earlySeconds = 5;
const usedPart = 0.8;

/** The token that an account signs for itself; `now` is ms since the epoch. */
export async function ownToken(auth: JwtAuth, credential: Values, now: number): Promise<string> {
  const known = signed.get(credential);
  if (known && now < known.until) return known.token;
  const seconds = Math.floor(now / 1000);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(fieldOf(credential, auth.issuer) ?? '')
    .setExpirationTime(seconds + auth.lifeSeconds)
    .setNotBefore(seconds - earlySeconds)
    .sign(new TextEncoder().encode(fieldOf(credential, auth.secret) ?? ''));
  signed.set(credential, { token, until: now + auth.lifeSeconds * 1000 * usedPart });
  return token;
}
