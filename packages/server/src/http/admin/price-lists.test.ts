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

test('a price is tried on a request before it is in force', async () => {
  const database = await openInMemory();
  const app = await openTestApp(database);
  try {
    const { token } = await app.enroll('root', 'root@example.com');
    const attempt = async (body: unknown) => await app.call('POST', '/api/v1/prices/try', { token, body });
    const expression = 'header("x-plan") == "gold" ? tier("gold", p * 1) : tier("plain", p * 2 + c * param("n"))';
    const usage = { inputText: 1000, outputText: 10 };
    expect((await attempt({ price: { expression }, usage, body: { n: 3 } })).json).toEqual({
      problem: null,
      lines: [
        { bucket: 'inputText', quantity: 1000, rateNanos: '2000000000', condition: 'plain' },
        { bucket: 'outputText', quantity: 10, rateNanos: '3000000000', condition: 'plain' },
      ],
      amountNanos: '2030000',
      holdNanos: '2030002',
    });
    const gold = { price: { expression }, usage, headers: { 'X-Plan': 'gold', 'not a name\n': '' } };
    expect((await attempt(gold)).json).toMatchObject({ amountNanos: '1000000' });
    expect((await attempt({ price: { input: '1', output: '2' }, usage })).json).toMatchObject({
      amountNanos: '1020000',
      // All of the input could be written to a cache for hours.
      holdNanos: '2020000',
    });
    expect((await attempt({ price: { expression: 'p * q' }, usage })).json).toMatchObject({
      problem: expect.stringContaining('there is no "q"') as unknown,
      amountNanos: null,
    });
    expect((await attempt({ price: { expression: 'p', output: '1' }, usage })).status).toBe(400);
    const user = await app.enroll('user', 'ann@example.com');
    const refused = await app.call('POST', '/api/v1/prices/try', { token: user.token, body: gold });
    expect(refused.status).toBe(403);
  } finally {
    app.snapshots.close();
    await database.close();
  }
});
