import type { User } from '../../store/users.ts';

/** What the browser said, as far as better-auth wants to know it. `address` is the client's, proxies seen through. */
export type ClientInfo = { readonly headers: Headers; readonly address: string; readonly secure: boolean };

/** A person with their session; `cookies` are the `Set-Cookie` values that go back to the browser. */
export type SignedIn = {
  readonly user: User;
  readonly sessionId: string;
  readonly signedInAt: number;
  readonly cookies: readonly string[];
};
