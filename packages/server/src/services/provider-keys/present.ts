import type { ProviderKeyView } from '@tollgate/contract/api/provider-keys';
import type { StoredProviderKey } from '../../domain/configuration.ts';
import type { Db } from '../../store/database.ts';
import { allOf } from '../../store/pages.ts';
import { teamRepository } from '../../store/teams.ts';
import { userRepository } from '../../store/users.ts';

/** Keys as people see them, with whose they are. */
export async function presentProviderKeys(db: Db, keys: readonly StoredProviderKey[]): Promise<ProviderKeyView[]> {
  const idsOf = (kind: StoredProviderKey['owner']['kind']) => [
    ...new Set(keys.flatMap(({ owner }) => (owner.kind === kind ? [owner.id] : []))),
  ];
  const people = await allOf(userRepository.some(db, idsOf('person')));
  const teams = await allOf(teamRepository.some(db, idsOf('team')));
  const names = new Map([...people, ...teams].map(({ id, name }) => [id, name]));
  return keys.map(({ sealed: _, ...key }) => ({
    ...key,
    owner: { ...key.owner, name: names.get(key.owner.id) ?? '' },
    hints: { ...key.hints },
    models: key.models.map(({ name, upstream }) => ({ name, upstream })),
    stopped: key.stopped ?? null,
    disabled: key.disabled ?? null,
  }));
}
