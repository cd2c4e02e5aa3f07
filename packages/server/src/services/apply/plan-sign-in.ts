import type { ConfigFile } from '@tollgate/contract/config-file';
import { identityRepository } from '../../store/sign-in/identities.ts';
import type { StoredSignInMethod } from '../../store/sign-in/methods.ts';
import { writeSignInMethod } from '../sign-in/methods.ts';
import { signInProviders } from '../sign-in/providers/index.ts';
import { openSecrets, signInInputOf, wantSignInMethod, type WantedSignIn } from '../sign-in/want-method.ts';
import { methodFields } from './fields.ts';
import type { RunnableStep } from './plan.ts';
import { attempt, compare, deletion, dropped, owned, unique, type Work } from './work.ts';

/** Sign-in methods. One that was the file's and by which accounts are linked stays, switched off. */
export function planSignInMethods(
  work: Work,
  inputs: NonNullable<ConfigFile['signInMethods']>,
): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  unique(work, 'signInMethods', inputs);
  const rows = new Map(stored.signInMethods.map((row) => [row.name, row]));
  const world = { providers: signInProviders, secretBox: context.secretBox };
  const at = context.now();
  const steps = inputs.flatMap((input, index): readonly RunnableStep[] => {
    const before = rows.get(input.name);
    owned(work, before?.owner, ['signInMethods', index, 'name']);
    const fixed = before ?? { id: `sim_${context.newId()}`, createdAt: at };
    const after = attempt(work, ['signInMethods', index], () =>
      wantSignInMethod(world, input, {
        id: fixed.id,
        createdAt: fixed.createdAt,
        owner,
        teamId: undefined,
        administrators: false,
        updatedAt: at,
      }),
    );
    if (after === undefined) return [];
    const known = before && { fields: methodFields(opened(work, before)), owner: before.owner };
    const step = compare('sign-in method', input.name, known, methodFields(opened(work, after)), owner);
    return [{ ...step, run: async (db) => await writeSignInMethod(db, { actor: owner, at, before, after }) }];
  });
  const gone = dropped(work, stored.signInMethods, inputs, (before) =>
    deletion('sign-in method', before.name, async (db) => {
      const kept = await identityRepository.hasAny(db, before.id);
      const after = kept ? { ...before, owner: undefined, enabled: false, updatedAt: at } : undefined;
      await writeSignInMethod(db, { actor: owner, at, before, after });
    }),
  );
  return [...steps, ...gone];
}

const opened = ({ context }: Work, method: StoredSignInMethod): WantedSignIn => ({
  ...signInInputOf(method),
  secrets: openSecrets(context.secretBox, method),
});
