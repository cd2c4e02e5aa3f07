import { expect, test } from 'bun:test';
import { roleRepository } from '../../store/roles.ts';
import { onSqlite } from '../../store/testing/databases.ts';
import { userRepository } from '../../store/users.ts';
import { testContext } from '../configuration/testing/configuration.ts';
import { apply, type ApplyResult } from './apply.ts';
import { formatPlan } from './plan.ts';
import { formatProblem } from './read-config-file.ts';

const file = (reach: string): string => `roles:
  - name: support
    permissions: { users:read: any, keys:read: ${reach} }
`;

const said = (result: ApplyResult): string =>
  'plan' in result ? formatPlan(result.plan) : result.problems.map(formatProblem).join('\n');

onSqlite('roles in a config file', (open) => {
  test('are made, changed and taken away as the file says, but not from those who have them', async () => {
    const database = await open();
    const { db } = database;
    const context = await testContext(database);
    const run = async (text: string) => said(await apply(context, { text, env: {}, source: 'tollgate.yaml' }));
    expect(await run(file('own'))).toContain('+ role support');
    expect(await run(file('own'))).toContain('0 to update, 0 to delete, 1 unchanged');
    expect(await run(file('any'))).toContain('permissions.keys:read: own -> any');
    expect(await roleRepository.all(db)).toMatchObject([
      { name: 'support', permissions: { 'users:read': 'any', 'keys:read': 'any' }, owner: 'file:tollgate.yaml' },
    ]);
    expect(await run(file('any').replace('users:read', 'signIn:write'))).toContain('root’s alone');
    await userRepository.insert(db, { id: 'usr_1', role: 'support', group: 'default', at: 1 });
    expect(await run('groups: [{ name: default }]')).toContain('role "support" cannot be removed: 1 people have it');
    await db.deleteFrom('users').execute();
    expect(await run('groups: [{ name: default }]')).toContain('- role support');
    expect(await roleRepository.all(db)).toEqual([]);
  });
});
