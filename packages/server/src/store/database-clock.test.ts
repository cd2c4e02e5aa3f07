import { expect, test } from 'bun:test';
import { databaseNow } from './database-clock.ts';
import { eachDatabase } from './testing/databases.ts';

eachDatabase('the clock of the database', (open) => {
  test('is in milliseconds since the epoch', async () => {
    const database = await open();
    // Of the same machine: the same day is enough to tell seconds, zones and epochs apart.
    expect(Math.abs((await databaseNow(database)) - Date.now())).toBeLessThan(3_600_000 / 2);
  });
});
