import { Refusal } from '../../domain/refusal.ts';
import type { Db } from '../../store/database.ts';
import { identityRepository } from '../../store/sign-in/identities.ts';
import { passkeyRepository } from '../../store/sign-in/passkeys.ts';
import { userRepository } from '../../store/users.ts';

/**
 * Refuses where somebody has but one way in, before it is taken away. Two at once wait for one another here, so that they do
 * not each leave the other's as the last one.
 */
export async function keepWayIn(db: Db, userId: string, at: number): Promise<void> {
  await userRepository.hold(db, userId, at);
  const identities = await identityRepository.ofUser(db, userId);
  const passkeys = await passkeyRepository.ofUser(db, userId);
  if (identities.length + passkeys.length > 1 || (await userRepository.hasPassword(db, userId))) return;
  throw new Refusal('conflict', 'This is your only way to sign in. Set up another one first.');
}
