import { expect, test } from 'bun:test';
import { checksOf, type Here } from './check-list.ts';

const well: Parameters<typeof checksOf>[0] = {
  at: 1_000_000,
  database: { kind: 'postgres', reachable: true, answeredMs: 2, clockAheadMs: 3 },
  dataDir: { path: '/data', problem: null },
  publicUrl: { configured: 'https://gate.example', state: 'reached' },
  secure: true,
};
const here: Here = { now: 1_000_400, secureHere: true, host: 'gate.example' };
const said = (read: Partial<typeof well>, from: Partial<Here> = {}): readonly string[] =>
  checksOf({ ...well, ...read }, { ...here, ...from })
    .filter(({ verdict }) => verdict !== 'good')
    .map(({ verdict, words }) => `${verdict} ${words}`);

test('an installation that is well has nothing to mend', () => {
  expect(said({})).toEqual([]);
  expect(said({ secure: false }, { secureHere: false, host: 'localhost' })).toEqual([]);
});

test('each fault has its sentence', () => {
  expect(said({ database: { ...well.database, reachable: false, clockAheadMs: null } })).toEqual([
    'danger checks.database.gone',
  ]);
  expect(said({ database: { ...well.database, answeredMs: 900 } })).toEqual(['warn checks.database.slow']);
  expect(said({ database: { ...well.database, clockAheadMs: -61_000 } })).toEqual(['warn checks.clock.database']);
  expect(said({}, { now: 1_090_000 })).toEqual(['warn checks.clock.browser']);
  expect(said({ dataDir: { path: '/data', problem: 'EROFS' } })).toEqual(['danger checks.dataDir.bad']);
  for (const state of ['unset', 'elsewhere', 'unreachable'] as const)
    expect(said({ publicUrl: { configured: '', state } })).toEqual([`warn checks.publicUrl.${state}`]);
  expect(said({ secure: false })).toEqual(['warn checks.https.proxy']);
  expect(said({ secure: false }, { secureHere: false })).toEqual(['warn checks.https.plain']);
});
