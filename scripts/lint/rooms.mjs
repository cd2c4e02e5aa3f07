// Who may import whom. The table of docs/ARCHITECTURE.md, enforced by the lint rule `tollgate/rooms`.
//
//   at       the folder (or file) the row is about
//   ours     places of this repository it may import, besides itself
//   types    places of this repository it may import types from
//   outside  packages it may import; 'any' for all
//   never    packages it must not import although `outside` is 'any'
//   alone    its subfolders do not import each other, except these
//
// Files that match `*.test.ts`, files below `testing/` and `fixtures/` are free, except that only the store knows a driver.

export const ALL_OF_OURS = 'all of ours';

const server = (...rooms) => rooms.map((room) => `packages/server/src/${room}`);
const wire = 'packages/wire/src';
const contract = 'packages/contract/src';
const httpFrameworks = ['hono', '@hono'];
const kit = ['react-aria-components', 'react-aria', 'react-stately', '@react-aria', '@react-stately'];
const drivers = ['kysely', 'pg', 'mysql2', 'bun:sqlite'];

export const ROOMS = [
  { at: wire, ours: [], outside: [] },
  { at: contract, ours: [], outside: ['zod'] },
  {
    at: 'packages/server/src/providers',
    ours: [wire, contract],
    outside: ['zod', 'aws4fetch', 'jose'],
    alone: ['shared'],
  },
  {
    at: 'packages/server/src/domain',
    ours: [wire, contract],
    types: server('providers', 'upstream'),
    outside: [],
  },
  {
    at: 'packages/server/src/store',
    ours: [wire, contract, ...server('domain')],
    types: server('providers', 'services/ledger/types'),
    outside: [...drivers, 'zod', 'node:fs', 'node:path', 'node:url', 'node:crypto', 'node:async_hooks', 'bun'],
  },
  {
    at: 'packages/server/src/services',
    ours: [contract, wire, ...server('domain', 'store', 'data')],
    types: server('providers', 'env'),
    outside: 'any',
    never: [...httpFrameworks, ...drivers],
  },
  {
    at: 'packages/server/src/upstream',
    ours: [],
    outside: [
      'node:http',
      'node:https',
      'node:net',
      'node:tls',
      'node:stream',
      'node:zlib',
      'socks-proxy-agent',
      'ws',
      'bun',
    ],
  },
  {
    at: 'packages/server/src/egress',
    ours: server('domain', 'upstream'),
    outside: ['node:dns'],
  },
  {
    at: 'packages/server/src/relay',
    ours: [wire, contract, ...server('providers', 'domain', 'store', 'services', 'upstream', 'egress')],
    outside: 'any',
    never: httpFrameworks,
  },
  {
    at: 'packages/server/src/endpoints',
    ours: [wire, contract, ...server('providers', 'domain', 'store', 'services', 'upstream', 'egress', 'relay')],
    outside: 'any',
    never: httpFrameworks,
    // The text endpoints share what they know of conversations.
    alone: ['shared', 'chat'],
  },
  {
    at: 'packages/server/src/inquiries',
    ours: [wire, contract, ...server('providers', 'domain', 'services', 'upstream', 'relay', 'endpoints')],
    types: server('store'),
    outside: [],
  },
  {
    at: 'packages/server/src/http',
    ours: [wire, contract, ...server('domain', 'relay', 'endpoints', 'inquiries', 'services', 'console-files')],
    types: server('providers', 'store', 'upstream', 'foundation'),
    outside: 'any',
    never: drivers,
  },
  {
    at: 'packages/server/src/data',
    ours: [contract],
    types: server('domain'),
    outside: [],
  },
  {
    at: 'packages/server/src/demo',
    ours: [wire, contract, ...server('domain', 'store', 'services', 'ids')],
    types: server('upstream', 'egress', 'foundation'),
    outside: [],
  },
  { at: 'packages/server/src/env.ts', ours: [contract], outside: ['zod', 'node:path', 'node:net'] },
  { at: 'packages/server/src/wiring', ours: ALL_OF_OURS, outside: 'any', never: [...httpFrameworks, ...drivers] },
  { at: 'packages/server/src/gateway.ts', ours: ALL_OF_OURS, outside: 'any', never: [...httpFrameworks, ...drivers] },
  { at: 'packages/server/src/cli', ours: ALL_OF_OURS, outside: 'any', never: [...httpFrameworks, ...drivers] },
  { at: 'packages/server/src/main.ts', ours: ALL_OF_OURS, outside: 'any', never: drivers },
  {
    at: 'packages/console/src/features',
    ours: [contract, 'packages/console/src'],
    outside: 'any',
    never: kit,
    alone: [],
  },
  // The kit is wrapped once, so that it can be replaced part by part.
  {
    at: 'packages/console/src/components/ui',
    ours: [contract, 'packages/console/src/lib'],
    types: ['packages/console/src/locales'],
    outside: 'any',
  },
  { at: 'packages/console/src', ours: [contract], outside: 'any', never: kit },
];

/** No clock, no dice, no I/O of their own. */
export const PURE_ROOMS = [wire, contract, 'packages/server/src/domain', 'packages/server/src/providers'];
