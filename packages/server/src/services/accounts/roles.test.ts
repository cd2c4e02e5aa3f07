import { keyInputSchema } from '@tollgate/contract/api/keys';
import { may, reachOf, reachesAny } from '@tollgate/contract/permissions';
import { expect, test } from 'bun:test';
import { nanos } from '../../domain/money.ts';
import { Refusal } from '../../domain/refusal.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import type { StoredRole } from '../../store/roles.ts';
import { userRepository } from '../../store/users.ts';
import { cliActor, mayManage, personActor, type AccountDeps, type Actor } from './account-deps.ts';
import { changeKey, createApiKey, rotateKey } from './api-keys.ts';
import { createPerson } from './people.ts';
import { changePerson } from './change-person.ts';
import { creditUser } from './credit-user.ts';
import { createRole, deleteRole, listRoles, updateRole } from './roles.ts';
import { testAccounts } from './testing/accounts.ts';

const password = 'correct horse battery';

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : `bug: ${String(error)}`),
  );

const person = async (deps: AccountDeps, name: string, role = 'user') =>
  await createPerson(deps, cliActor, { email: `${name}@example.com`, password, role }, { adopt: false });

const support = { name: 'support', description: 'Answers people', permissions: { 'users:read': 'any' } } as const;

eachDatabase('roles', (open) => {
  test('are what their people may do, from the moment they are written', async () => {
    const deps = testAccounts(await open());
    const { db } = deps.database;
    await createRole(deps, 'cli', { ...support, permissions: { 'users:read': 'any', 'keys:read': 'own' } });
    const { id } = await person(deps, 'sue', 'support');
    const now = async () => (await userRepository.find(db, id)) ?? expect.unreachable();
    expect(await now()).toMatchObject({ role: 'user', roleName: 'support', exceptions: {} });
    expect(reachOf('users:read', await now())).toBe('any');
    expect(reachOf('keys:read', await now())).toBe('own');
    // What a plain user has by the table is not theirs; one's own account is everybody's.
    expect(may('playground:write', await now())).toBe(false);
    expect(may('account:write', await now())).toBe(true);

    const before = await changeRepository.latest(db);
    await updateRole(deps, 'cli', 'support', { permissions: { 'channels:read': 'any' } });
    expect((await changeRepository.since(db, before, 10)).map(({ topic, ref }) => `${topic} ${ref}`)).toEqual([
      'role support',
    ]);
    expect(may('users:read', await now())).toBe(false);
    expect(reachesAny('channels:read', await now())).toBe(true);

    expect(await refusalOf(deleteRole(deps, 'cli', 'support'))).toBe('conflict');
    await changePerson(deps, cliActor, id, { role: 'user' });
    await deleteRole(deps, 'cli', 'support');
    expect(await now()).toMatchObject({ role: 'user', roleName: 'user' });
    expect((await now()).reaches).toBeUndefined();
    expect((await listRoles(deps)).map(({ name, people }) => `${name} ${people}`)).toEqual([
      'root 0',
      'admin 0',
      'user 1',
    ]);
  });
});

onSqlite('roles', (open) => {
  test('that do not exist are given to nobody; those that are there twice, or built in, are not made', async () => {
    const deps = testAccounts(await open());
    const { id } = await person(deps, 'ann');
    expect(await refusalOf(person(deps, 'bob', 'nothing'))).toBe('invalid_request');
    expect(await refusalOf(changePerson(deps, cliActor, id, { role: 'nothing' }))).toBe('invalid_request');
    expect(await refusalOf(updateRole(deps, 'cli', 'admin', { permissions: {} }))).toBe('forbidden');
    expect(await refusalOf(deleteRole(deps, 'cli', 'root'))).toBe('forbidden');
    await createRole(deps, 'cli', support);
    expect(await refusalOf(createRole(deps, 'cli', support))).toBe('conflict');
    // A role that is gone all the same leaves the least power.
    await changePerson(deps, cliActor, id, { role: 'support' });
    await deps.database.db.deleteFrom('roles').execute();
    expect(await userRepository.find(deps.database.db, id)).toMatchObject({ role: 'user', roleName: 'user' });
  });

  test('exceptions give and take beside the role', async () => {
    const deps = testAccounts(await open());
    const { id } = await person(deps, 'adam', 'admin');
    const changed = await changePerson(deps, cliActor, id, {
      exceptions: { 'credentials:write': 'none', 'settings:write': 'any' },
    });
    expect(may('credentials:write', changed)).toBe(false);
    expect(may('channels:write', changed)).toBe(true);
    expect(may('settings:write', changed)).toBe(true);
    const none = await changePerson(deps, cliActor, id, { exceptions: {} });
    expect(none.reaches).toBeUndefined();
    expect(may('credentials:write', none)).toBe(true);
  });

  test('whoever reaches others by a role or an exception is managed as administrators are', async () => {
    const deps = testAccounts(await open());
    const admin = personActor(await person(deps, 'adam', 'admin'));
    const ann = await person(deps, 'ann');
    expect(mayManage(admin, ann)).toBe(true);
    await createRole(deps, 'cli', support);
    for (const patch of [{ role: 'support' }, { role: 'user', exceptions: { 'audit:read': 'any' } }] as const) {
      expect(await refusalOf(changePerson(deps, admin, ann.id, patch))).toBe('forbidden');
      const powerful = await changePerson(deps, cliActor, ann.id, patch);
      expect(mayManage(admin, powerful)).toBe(false);
      expect(await refusalOf(changePerson(deps, admin, ann.id, { enabled: false }))).toBe('forbidden');
      await changePerson(deps, cliActor, ann.id, { role: 'user', exceptions: {} });
    }
    const root = await person(deps, 'root', 'root');
    expect(await refusalOf(changePerson(deps, cliActor, root.id, { exceptions: { 'audit:read': 'none' } }))).toBe(
      'invalid_request',
    );
    // Whoever becomes root leaves theirs behind, for good.
    await changePerson(deps, cliActor, ann.id, { exceptions: { 'audit:read': 'any' } });
    await changePerson(deps, cliActor, ann.id, { role: 'root' });
    expect(await changePerson(deps, cliActor, ann.id, { role: 'user' })).toMatchObject({ exceptions: {} });
    expect(await refusalOf(changePerson(deps, personActor(root), root.id, { role: 'user' }))).toBe('forbidden');
    expect(await refusalOf(changePerson(deps, cliActor, root.id, { role: 'user' }))).toBe('conflict');
  });

  test('reach others as far as each of their permissions does', async () => {
    const deps = testAccounts(await open());
    const ann = await person(deps, 'ann');
    const { apiKey } = await createApiKey(deps, personActor(ann), ann, keyInputSchema.parse({ name: 'app' }));
    const having = async (name: string, permissions: StoredRole['permissions']) => {
      await createRole(deps, 'cli', { name, description: '', permissions });
      return personActor(await person(deps, name, name));
    };
    const support = await having('support', { 'users:write': 'any', 'keys:read': 'any', 'keys:write': 'own' });
    const keeper = await having('keeper', { 'keys:read': 'any', 'keys:write': 'any' });
    const billing = await having('billing', { 'wallets:write': 'any' });
    const deeds = async (actor: Actor, userId: string) => [
      await refusalOf(changeKey(deps, actor, apiKey.id, { name: 'other' })),
      await refusalOf(rotateKey(deps, actor, apiKey.id, 0)),
      await refusalOf(creditUser(deps, actor, { userId, amount: nanos(5n), note: 'sorry' })),
    ];
    // Who only sees the keys of others does not get the text of one.
    expect(await deeds(support, ann.id)).toEqual(['not_found', 'not_found', 'forbidden']);
    expect(await deeds(keeper, ann.id)).toEqual(['done', 'done', 'forbidden']);
    expect(await deeds(billing, ann.id)).toEqual(['not_found', 'not_found', 'done']);
    const { id: admin } = await person(deps, 'adam', 'admin');
    expect((await deeds(billing, admin)).at(-1)).toBe('forbidden');
  });

  test('who loses the keys of others by a change of their role keeps nothing that they gave their own', async () => {
    const deps = testAccounts(await open());
    const { db } = deps.database;
    await createRole(deps, 'cli', { name: 'keeper', description: '', permissions: { 'keys:write': 'any' } });
    const keeper = await person(deps, 'kim', 'keeper');
    const input = keyInputSchema.parse({ name: 'app', fallbacks: ['default'] });
    const { apiKey: key } = await createApiKey(deps, personActor(keeper), keeper, input);
    expect((await apiKeyRepository.find(db, key.id))?.fallbacks).toEqual(['default']);
    await updateRole(deps, 'cli', 'keeper', { permissions: { 'keys:write': 'own' } });
    expect((await apiKeyRepository.find(db, key.id))?.fallbacks).toBeNull();
  });
});
