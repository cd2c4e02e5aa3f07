import { expect, test } from 'bun:test';
import { refuseOldServer, tooOld } from './server-version.ts';
import { eachDatabase } from './testing/databases.ts';

test.each([
  ['10.11.6-MariaDB-0+deb12u1', undefined],
  ['5.5.5-10.6.16-MariaDB-log', undefined],
  ['11.4.2-MariaDB', undefined],
  ['8.0.36', undefined],
  ['9.1.0', undefined],
  ['of its own', undefined],
  ['10.5.23-MariaDB', 'MariaDB 10.5'],
  ['5.5.5-10.3.39-MariaDB-1:10.3.39', 'MariaDB 10.3'],
  ['5.7.44-log', 'MySQL 5.7'],
])('of a server that says %p the complaint is %p', (version, complaint) => {
  const problem = tooOld(version);
  expect(problem).toBe(complaint && `The database is ${complaint}; Tollgate needs MySQL 8.0, MariaDB 10.6, or later.`);
});

eachDatabase('a server of today', (open) => {
  test('is taken', async () => {
    const database = await open({ migrate: false });
    expect(await refuseOldServer(database)).toBeUndefined();
  });
});
