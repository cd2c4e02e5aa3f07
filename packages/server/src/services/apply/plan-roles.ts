import type { ConfigFile } from '@tollgate/contract/config-file';
import type { StoredRole } from '../../store/roles.ts';
import { writeRole } from '../accounts/roles.ts';
import { roleFields } from './fields.ts';
import type { RunnableStep } from './plan.ts';
import { compare, complain, deletion, dropped, owned, unique, type Work } from './work.ts';

/** Roles. One that somebody has is not removed: nobody's rights change by the way. */
export function planRoles(work: Work, inputs: NonNullable<ConfigFile['roles']>): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  unique(work, 'roles', inputs);
  const rows = new Map(stored.roles.map((row) => [row.name, row]));
  const at = context.now();
  const steps = inputs.map((input, index): RunnableStep => {
    const before = rows.get(input.name);
    owned(work, before?.owner, ['roles', index, 'name']);
    const after: StoredRole = { ...input, owner, createdAt: before?.createdAt ?? at, updatedAt: at };
    const known = before && { fields: roleFields(before), owner: before.owner };
    const step = compare('role', input.name, known, roleFields(after), owner);
    return { ...step, run: async (db) => await writeRole(db, { actor: owner, at, before, after }) };
  });
  const gone = dropped(work, stored.roles, inputs, (before) => {
    const people = stored.peopleOfRoles.get(before.name) ?? 0;
    if (people > 0) complain(work, ['roles'], `role "${before.name}" cannot be removed: ${people} people have it`);
    return deletion('role', before.name, async (db) => {
      await writeRole(db, { actor: owner, at, before, after: undefined });
    });
  });
  return [...steps, ...gone];
}
