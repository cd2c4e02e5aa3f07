import { expect, test } from 'bun:test';
import type { TokenAsk, TokenSession } from '../providers/shared/token-sessions.ts';
import { eachDatabase, type TestDatabase } from '../store/testing/databases.ts';
import { openTokenSessions } from './token-sessions.ts';

const start = 1_780_000_000_000;
const hour = 3_600_000;
const first: TokenSession = { accessToken: '', refreshToken: 'r0', expiresAt: 0 };

const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message : 'thrown'),
  );

/** A vendor that takes each refresh token once, as OpenAI does. */
function vendor(now: () => number) {
  let good = 'r0';
  let given = 0;
  return {
    exchanges: 0,
    async exchange(before: TokenSession): Promise<TokenSession> {
      this.exchanges++;
      await Bun.sleep(20);
      if (before.refreshToken !== good) throw new Error('refresh_token_reused');
      good = `r${++given}`;
      return { accessToken: `a${given}`, refreshToken: good, expiresAt: now() + hour };
    },
  };
}

function world(database: TestDatabase) {
  let time = start;
  const now = (): number => time;
  const errors: unknown[] = [];
  const sealed: string[] = [];
  const secretBox = {
    seal: (plain: string, context: string) => {
      sealed.push(plain);
      return JSON.stringify([context, plain]);
    },
    open(text: string, context: string) {
      const [of, plain] = JSON.parse(text) as [string, string];
      if (of !== context) throw new Error('sealed for another');
      return plain;
    },
  };
  const openai = vendor(now);
  let broken = false;
  // What was asked is let end all the same: the next test must not find it under way.
  const promptly = <T>(work: Promise<T>): Promise<T> =>
    broken ? work.then(() => Promise.reject(new Error('database'))) : work;
  const node = () =>
    openTokenSessions({
      database,
      secretBox,
      now,
      promptly,
      log: { error: (fields) => errors.push(fields) },
      claimMs: 5000,
      lookMs: 5,
    });
  const ask = (more: Partial<TokenAsk> = {}): TokenAsk => ({
    account: 'acc',
    first,
    refused: undefined,
    freshUntil: time + 60_000,
    exchange: (session) => openai.exchange(session),
    ...more,
  });
  return {
    openai,
    node,
    ask,
    errors,
    pass: (ms: number) => (time += ms),
    breakDatabase: (whether: boolean) => (broken = whether),
  };
}

eachDatabase('token sessions', (open) => {
  test('one process refreshes for all, and the token survives it', async () => {
    const { openai, node, ask } = world(await open());
    const nodes = [node(), node(), node()];
    const got = await Promise.all(nodes.flatMap((one) => [one.obtain(ask()), one.obtain(ask())]));
    expect(new Set(got.map(({ accessToken }) => accessToken))).toEqual(new Set(['a1']));
    expect(openai.exchanges).toBe(1);
    expect(await node().obtain(ask())).toEqual({ accessToken: 'a1', refreshToken: 'r1', expiresAt: start + hour });
    expect(openai.exchanges).toBe(1);
  });

  test('what expires is refreshed with the token of the last time, by whichever process', async () => {
    const { openai, node, ask, pass } = world(await open());
    for (let turn = 1; turn <= 3; turn++) {
      expect((await node().obtain(ask())).accessToken).toBe(`a${turn}`);
      pass(hour);
    }
    expect(openai.exchanges).toBe(3);
  });

  test('a token that is good as configured is used as it is', async () => {
    const { openai, node, ask } = world(await open());
    const good = { ...first, accessToken: 'a0', expiresAt: start + hour };
    expect(await node().obtain(ask({ first: good }))).toBe(good);
    expect(openai.exchanges).toBe(0);
  });

  test('one that was refused is exchanged, but not again and again', async () => {
    const { openai, node, ask, pass } = world(await open());
    const one = node();
    await one.obtain(ask());
    expect((await one.obtain(ask({ refused: 'a1' }))).accessToken).toBe('a1');
    pass(60_000);
    expect((await one.obtain(ask({ refused: 'a1' }))).accessToken).toBe('a2');
    expect(openai.exchanges).toBe(2);
  });

  test('a refusal is told, and the claim is free for the next', async () => {
    const { node, ask } = world(await open());
    const exchange = (): Promise<never> => Promise.reject(new Error('invalid_grant'));
    expect(await failureOf(node().obtain(ask({ exchange })))).toBe('invalid_grant');
    expect((await node().obtain(ask())).accessToken).toBe('a1');
  });

  test('a process that died with its claim is waited for, and then taken over from', async () => {
    const { openai, node, ask, pass } = world(await open());
    void node().obtain(ask({ exchange: () => new Promise<never>(() => undefined) }));
    await Bun.sleep(30);
    const waiting = node().obtain(ask());
    await Bun.sleep(30);
    expect(openai.exchanges).toBe(0);
    pass(5001);
    // Who waited may give up at the very moment; whoever comes next takes over.
    const late = await waiting.catch(() => node().obtain(ask()));
    expect(late.accessToken).toBe('a1');
  });

  test('one that was asleep through its claim still writes what it got, for nobody else could use the token', async () => {
    const { node, ask, pass, openai } = world(await open());
    const sleeper = node().obtain(
      ask({
        async exchange(session) {
          const next = await openai.exchange(session);
          pass(6000);
          expect(await failureOf(node().obtain(ask()))).toBe('refresh_token_reused');
          return next;
        },
      }),
    );
    expect((await sleeper).accessToken).toBe('a1');
    expect((await node().obtain(ask())).accessToken).toBe('a1');
  });

  test('while the database is away a new token is not lost', async () => {
    const { node, ask, pass, openai, errors, breakDatabase } = world(await open());
    const one = node();
    const got = await one.obtain(
      ask({
        async exchange(session) {
          const next = await openai.exchange(session);
          breakDatabase(true);
          return next;
        },
      }),
    );
    expect(got.accessToken).toBe('a1');
    expect(errors).toHaveLength(1);
    expect(await failureOf(one.obtain(ask()))).toBe('database');
    breakDatabase(false);
    expect((await one.obtain(ask())).accessToken).toBe('a1');
    pass(hour);
    expect((await node().obtain(ask())).accessToken).toBe('a2');
  });

  test('accounts do not share', async () => {
    const { node, ask } = world(await open());
    const one = node();
    await one.obtain(ask());
    const other = { accessToken: 'other', refreshToken: 'x', expiresAt: start + hour };
    expect((await one.obtain(ask({ account: 'else', exchange: () => Promise.resolve(other) }))).accessToken).toBe(
      'other',
    );
  });
});
