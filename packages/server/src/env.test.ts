import { describe, expect, test } from 'bun:test';
import { describeEnvironment, readEnvironment } from './env.ts';

const problemsOf = (record: Record<string, string>) => {
  const read = readEnvironment(record);
  return 'problems' in read ? read.problems : [];
};

describe('readEnvironment', () => {
  test('fills every default from nothing', () => {
    expect(readEnvironment({})).toMatchObject({
      environment: {
        port: 3000,
        host: '0.0.0.0',
        dataDir: './data',
        databaseUrl: 'sqlite:./data/tollgate.db',
        workers: 1,
        outboxFsync: false,
        trustedProxies: [],
      },
    });
  });

  test('puts the default database into the data directory and takes an empty variable as absent', () => {
    expect(readEnvironment({ TOLLGATE_DATA: '/var/lib/tollgate', DATABASE_URL: '', PORT: ' ' })).toMatchObject({
      environment: { databaseUrl: 'sqlite:/var/lib/tollgate/tollgate.db', port: 3000 },
    });
  });

  test('says all problems at once and no secret value', () => {
    const problems = problemsOf({
      PORT: '80a',
      TOLLGATE_WORKERS: '0',
      TOLLGATE_SECRET: 'short-canary',
      DATABASE_URL: 'oracle://user:canary@db/x',
      TOLLGATE_TRUSTED_PROXIES: '10.0.0.0/8, nonsense, ::1/129',
      TOLLGATE_LOG_LEVEL: 'loud',
    });
    expect(problems).toHaveLength(6);
    expect(problems.join('\n')).not.toContain('canary');
    expect(problems.join('\n')).toContain('nonsense, ::1/129');
  });

  test('refuses an unknown name with a suggestion, but not those of test runs', () => {
    expect(problemsOf({ TOLLGATE_WORKER: '2', TOLLGATE_TEST_REDIS_URL: 'redis://x' })).toEqual([
      'TOLLGATE_WORKER is not a variable of Tollgate; did you mean TOLLGATE_WORKERS?',
    ]);
    const kubernetes = {
      TOLLGATE_PORT: 'tcp://10.0.0.1:3000',
      TOLLGATE_PORT_3000_TCP_ADDR: '10.0.0.1',
      TOLLGATE_SERVICE_PORT_HTTP: '3000',
    };
    expect(problemsOf({ ...kubernetes, TOLLGATE_SERVICE_HOST: '10.0.0.1', TOLLGATE_KEY: 'sk-x' })).toEqual([]);
    expect(problemsOf({ TOLLGATE_ZEBRA_CROSSING_COUNT: '2' })[0]).not.toContain('did you mean');
  });

  test('keeps the rules between variables', () => {
    expect(problemsOf({ TOLLGATE_WORKERS: '2', DATABASE_URL: 'sqlite::memory:' })[0]).toContain('in memory');
    expect(problemsOf({ TOLLGATE_WORKERS: '2', PORT: '0' })[0]).toContain('fixed PORT');
    expect(problemsOf({ TOLLGATE_DATABASE_POOL: '1', DATABASE_URL: 'postgres://h/db' })[0]).toContain('at least 2');
    expect(problemsOf({ TOLLGATE_DATABASE_POOL: '1' })).toEqual([]);
  });

  test('accepts IPv4, IPv6 and CIDRs', () => {
    expect(readEnvironment({ TOLLGATE_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,::1,fd00::/8' })).toMatchObject({
      environment: { trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'] },
    });
  });
});

test('describeEnvironment gives every variable once with a meaning', () => {
  const rows = describeEnvironment();
  expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
  for (const row of rows) expect(row.doc).toMatch(/\.$/);
});
