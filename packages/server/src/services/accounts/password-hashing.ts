import { Refusal } from '../../domain/refusal.ts';

export type PasswordHashing = {
  hash(password: string): Promise<string>;
  verify(ask: { readonly hash: string; readonly password: string }): Promise<boolean>;
};

/** Memory of a hash in KiB, and its passes. Both are kept in the hash itself, so they may be raised later. */
type HashingCost = { readonly memoryCost: number; readonly timeCost: number };

/** OWASP's first choice for argon2id: 19 MiB, two passes. */
const owaspCost: HashingCost = { memoryCost: 19_456, timeCost: 2 };

/** Hashes at once; each takes 19 MiB and some ten milliseconds of one of the runtime's worker threads. */
const maxAtOnce = 2;
/** Beyond this many waiting, a flood of sign-ins is told to come back instead of filling the memory. */
const maxWaiting = 64;

/**
 * Hashing of passwords on the runtime's own threads (`Bun.password` does not block the event loop), a few at once, so
 * that people who sign in never slow the relay.
 */
export function passwordHashing(cost = owaspCost): PasswordHashing {
  let running = 0;
  const waiting: (() => void)[] = [];

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxAtOnce) {
      if (waiting.length >= maxWaiting)
        throw new Refusal('too_many_attempts', 'Too many people sign in at once. Try again shortly.', {
          retryAfterMs: 2000,
        });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  return {
    hash: (password) => inTurn(() => Bun.password.hash(password.normalize('NFKC'), { algorithm: 'argon2id', ...cost })),
    verify: ({ hash, password }) => inTurn(() => Bun.password.verify(password.normalize('NFKC'), hash)),
  };
}
