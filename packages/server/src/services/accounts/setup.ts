import { setupRepository } from '../../store/setup-state.ts';
import { userRepository, type User } from '../../store/users.ts';
import type { AccountDeps, Actor } from './account-deps.ts';
import { createPerson } from './people.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hashSecret } from './secret-text.ts';
import { withoutEnd } from '../../domain/without-end.ts';

const setupActor: Actor = { label: 'setup', userId: undefined, role: 'root' };

/** Whether nobody is root yet. */
export async function needsSetup(deps: Pick<AccountDeps, 'database'>): Promise<boolean> {
  return !(await userRepository.hasRoot(deps.database.db));
}

/**
 * The one-time link with which the first root is made, or undefined when there is one. Each call puts a new token in
 * force and voids the one before: the token is stored as a hash only, so an old link cannot be printed again.
 */
export async function setupLink(deps: AccountDeps, baseUrl: string): Promise<string | undefined> {
  if (!(await needsSetup(deps))) return undefined;
  const token = await issueToken(deps);
  // In the fragment, which browsers never send: it stays out of access logs and referrers.
  return `${withoutEnd(baseUrl, '/')}/setup#token=${token}`;
}

async function issueToken(deps: AccountDeps): Promise<string> {
  const bytes = new Uint8Array(24);
  deps.randomBytes(bytes);
  const token = Buffer.from(bytes).toString('base64url');
  await setupRepository.putToken(deps.database.db, hashSecret(token), deps.now());
  return token;
}

export type FirstRoot = { readonly email: string; readonly password: string; readonly name?: string | undefined };

/** Makes the first root for whoever holds the token. Of two at once one wins; afterwards the token is worth nothing. */
export async function setUpWithToken(deps: AccountDeps, token: string, root: FirstRoot): Promise<User> {
  if (!(await needsSetup(deps))) throw setupDone();
  if (!(await setupRepository.claim(deps.database.db, hashSecret(token), deps.now())))
    throw new Refusal(
      'setup_token_invalid',
      'This setup token is not valid any more: each start of the gateway prints a new link, and a link works once.',
      {
        param: 'token',
      },
    );
  let made = false;
  try {
    // Between the first look and the claim another token may have done its work.
    if (!(await needsSetup(deps))) throw setupDone();
    const user = await createPerson(deps, setupActor, { ...root, role: 'root' }, { adopt: true });
    made = true;
    return user;
  } finally {
    await setupRepository.end(deps.database.db, made, deps.now());
  }
}

/** Makes the first root from the command line, where access to the database is proof enough. */
export async function setupRoot(deps: AccountDeps, email: string, password: string, name?: string): Promise<User> {
  if (!(await needsSetup(deps))) throw setupDone();
  return await setUpWithToken(deps, await issueToken(deps), { email, password, name });
}

const setupDone = (): Refusal => new Refusal('setup_done', 'The first administrator exists already.');
