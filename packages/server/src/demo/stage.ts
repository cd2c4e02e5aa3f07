import { openAuth } from '../services/accounts/auth.ts';
import type { AccountDeps, Actor } from '../services/accounts/account-deps.ts';
import type { ConfigurationContext } from '../services/configuration/context.ts';
import type { Foundation } from '../foundation.ts';
import { createIdSource, type IdSource } from '../ids.ts';
import { diceOf, type Dice } from './random.ts';

/** The services of a gateway as they were at moments of the past: their clock is set from one to the next. */
export type Stage = {
  readonly foundation: Foundation;
  readonly dice: Dice;
  readonly accounts: AccountDeps;
  readonly configuration: ConfigurationContext;
  readonly newId: IdSource;
  /** What time it is on the stage, ms since the epoch. */
  at(): number;
  /** Moves on to a later moment. */
  goTo(at: number): void;
};

/** Opens a stage on an empty database; the same seed makes the same ids, keys and numbers. */
export async function openStage(foundation: Foundation, seed: number, from: number): Promise<Stage> {
  let at = from;
  const dice = diceOf(seed);
  // Their own dice, so that another key more does not make other traffic.
  const secrets = diceOf(seed ^ 0x5eed);
  const now = (): number => at;
  const fill = (bytes: Uint8Array): void => {
    for (let index = 0; index < bytes.length; index++) bytes[index] = secrets.whole(0, 255);
  };
  const newId = createIdSource(now, (size) => {
    const bytes = new Uint8Array(size);
    fill(bytes);
    return bytes;
  });
  const { database } = foundation;
  const auth = openAuth({ database, secret: 'nobody signs in while the demonstration is filled', newId });
  await hashOnce(auth);
  return {
    foundation,
    dice,
    accounts: {
      ...foundation.accounts,
      auth,
      now,
      newId,
      randomBytes: fill,
    },
    configuration: { ...foundation.configuration, now, newId },
    newId,
    at: now,
    goTo: (later) => {
      at = Math.max(at, later);
    },
  };
}

export const rootOf = (user: { readonly id: string }): Actor => ({
  label: `user:${user.id}`,
  userId: user.id,
  role: 'root',
});

/** Forty people have two passwords between them, and a good hash takes its time. */
async function hashOnce(auth: AccountDeps['auth']): Promise<void> {
  const { password } = await (await auth(false)).$context;
  const { hash } = password;
  const known = new Map<string, Promise<string>>();
  password.hash = (text) => {
    const made = known.get(text) ?? hash(text);
    known.set(text, made);
    return made;
  };
}
