import { operations } from '@tollgate/contract/operations/list';
import { expect, test } from 'bun:test';
import { field, openTestApp } from '../testing/admin-app.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';

const listSchema = operations['priceLists.compare'].answer;

test('prices of a list are shown, and those that were shown are taken as they were', async () => {
  const database = await openInMemory();
  let price = '2';
  const app = await openTestApp(database, {
    fetchOutside: (url) =>
      Promise.resolve(
        url === 'https://prices.example/list.json'
          ? {
              bytes: new TextEncoder().encode(
                JSON.stringify({ acme: { models: { m: { id: 'm-1', cost: { input: Number(price), output: 8 } } } } }),
              ),
            }
          : { problem: 'it is not there' },
      ),
  });
  try {
    const { token } = await app.enroll('root', 'root@example.com');
    const user = await app.enroll('user', 'ann@example.com');
    const call = (verb: string, body: unknown, as = token) =>
      app.call('POST', `/api/v1/price-lists/${verb}`, { token: as, body });
    const from = { kind: 'url', url: 'https://prices.example/list.json' };
    const list = listSchema.parse((await call('compare', from)).json);
    expect(list).toMatchObject({ source: 'prices.example', models: 1, skipped: 0 });
    expect(list.differences).toEqual([
      {
        name: 'm-1',
        state: 'new',
        ownedBy: 'acme',
        maxOutputTokens: null,
        ours: null,
        theirs: { input: '2', output: '8' },
      },
    ]);
    // The list says something else by now; what is taken is what somebody looked at.
    price = '200';
    const { source, asOf, differences } = list;
    const models = differences.map(({ name, ownedBy, maxOutputTokens, theirs }) => ({
      name,
      ownedBy,
      maxOutputTokens,
      price: theirs,
    }));
    expect((await call('take', { source, asOf, models })).json).toEqual({ changed: 1 });
    expect((await call('take', { source, asOf, models })).json).toEqual({ changed: 0 });
    expect((await app.call('GET', '/api/v1/models/m-1', { token })).json).toMatchObject({
      ownedBy: 'acme',
      current: { price: { input: '2', output: '8' }, source: 'prices.example' },
    });
    const again = listSchema.parse((await call('compare', from)).json);
    expect(again.differences).toMatchObject([{ state: 'changed', ours: { input: '2' }, theirs: { input: '200' } }]);

    const shipped = listSchema.parse((await call('compare', { kind: 'shipped' })).json);
    expect(shipped.models).toBeGreaterThan(500);
    for (const [body, words] of [
      [{ kind: 'url', url: 'https://prices.example/gone' }, 'it is not there'],
      [{ kind: 'url', url: 'http://prices.example/list.json' }, 'url'],
      [{ kind: 'text', name: 'notes.txt', text: 'no list at all' }, 'notes.txt is no list'],
    ] as const) {
      const refused = await call('compare', body);
      expect(refused.status).toBe(400);
      expect(field(refused.json, 'error.message')).toContain(words);
    }
    expect((await call('compare', { kind: 'shipped' }, user.token)).status).toBe(403);
  } finally {
    app.snapshots.close();
    await database.close();
  }
});
