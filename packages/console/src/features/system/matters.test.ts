import type { SystemView } from '@tollgate/contract/api/system';
import { expect, test } from 'bun:test';
import { mattersOf } from './matters.ts';

const node = (part: Partial<SystemView['nodes'][number]>): SystemView['nodes'][number] => ({
  id: 'node_1',
  current: false,
  version: '1.0.0',
  startedAt: 1,
  seenAt: 2,
  alive: true,
  leases: 0,
  leasedNanos: '0',
  ...part,
});
const well: SystemView = {
  at: 1,
  version: '1.0.0',
  runtime: 'Bun',
  startedAt: 1,
  database: 'sqlite',
  dataDir: '/data',
  nodes: [node({ current: true }), node({ alive: false, version: '0.9.0' })],
  outbox: {
    waiting: 3,
    bytes: 400,
    maxBytes: 1000,
    posted: 9,
    postingFails: false,
    writingFails: false,
    droppedNotes: 0,
  },
  jobs: { kinds: [], counts: { waiting: 5, running: 1, done: 9, dead: 0, cancelled: 2 } },
};

test('a gateway that is well has nothing to look at; a node that is gone and holds nothing is none either', () => {
  expect(mattersOf(well)).toEqual([]);
});

test('what is wrong is told, the worst first', () => {
  const ill: SystemView = {
    ...well,
    nodes: [node({}), node({ version: '1.1.0' }), node({ alive: false, leases: 2 })],
    outbox: { ...well.outbox, bytes: 1000, postingFails: true, writingFails: true },
    jobs: { ...well.jobs, counts: { ...well.jobs.counts, dead: 4 } },
  };
  expect(mattersOf(ill).map(({ key, tone }) => [key, tone])).toEqual([
    ['writingFails', 'danger'],
    ['postingFails', 'danger'],
    ['outboxFull', 'danger'],
    ['silent', 'warn'],
    ['versions', 'warn'],
    ['dead', 'warn'],
  ]);
  expect(mattersOf({ ...well, outbox: { ...well.outbox, bytes: 501 } })).toMatchObject([
    { key: 'outboxFull', tone: 'warn', values: { percent: 50 } },
  ]);
});

test('books that differ are told until a later verdict says that they agree', () => {
  const differ = { state: 'differ', unexplained: 2 } as const;
  const agree = { state: 'agree', unexplained: 0 } as const;
  const running = { state: 'running', unexplained: null } as const;
  expect(mattersOf(well, [running, differ, agree])).toEqual([{ key: 'books', tone: 'danger', values: { count: 2 } }]);
  expect(mattersOf(well, [running, agree, differ])).toEqual([]);
  expect(mattersOf(well, [running])).toEqual([]);
});
