// A rule that is only configured may check nothing: a typo in a path, a plugin that was not loaded, a type checker that
// found no project. So every rule that the house leans on is shown a planted violation here, and must bite.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { HOMES_OF_NAMES, HOMES_OF_PROTOCOLS, namesUnder, STILL_NAMING } from './lint/names.mjs';
import { ROOMS } from './lint/rooms.mjs';

const repository = path.resolve(import.meta.dir, '..');
const server = 'packages/server/src';

/** Where it is planted, what, and the rule that must name it; `undefined`: healthy, no rule may bite. */
type Plant = readonly [place: string, source: string, rule: string | undefined];

const imports = (specifier: string) => `import { x } from '${specifier}';\nexport const y = x;\n`;
const importsType = (specifier: string) => `import type { X } from '${specifier}';\nexport type Y = X;\n`;

const rooms: readonly Plant[] = [
  ['packages/wire/src/plant-node.ts', imports('node:fs'), 'tollgate(rooms)'],
  ['packages/wire/src/plant-contract.ts', importsType('@tollgate/contract/errors'), 'tollgate(rooms)'],
  ['packages/wire/src/plant-relative.ts', importsType('../../contract/src/errors.ts'), 'tollgate(rooms)'],
  ['packages/contract/src/plant-hono.ts', importsType('hono'), 'tollgate(rooms)'],
  ['packages/contract/src/plant-wire.ts', importsType('@tollgate/wire/protocol'), 'tollgate(rooms)'],
  [`${server}/providers/aaa/plant-domain.ts`, importsType('../../domain/money.ts'), 'tollgate(rooms)'],
  [`${server}/providers/aaa/plant-neighbour.ts`, importsType('../bbb/bbb.ts'), 'tollgate(rooms)'],
  [`${server}/providers/aaa/deep/plant-neighbour.ts`, importsType('../../bbb/bbb.ts'), 'tollgate(rooms)'],
  [`${server}/providers/shared/plant-provider.ts`, importsType('../bbb/bbb.ts'), 'tollgate(rooms)'],
  [`${server}/providers/aaa/healthy.ts`, importsType('../shared/healthy.ts'), undefined],
  [`${server}/domain/plant-store.ts`, importsType('../store/database.ts'), 'tollgate(rooms)'],
  [`${server}/domain/plant-provider-value.ts`, imports('../providers/define.ts'), 'tollgate(rooms)'],
  [`${server}/domain/healthy.ts`, importsType('../providers/shared/healthy.ts'), undefined],
  [
    `${server}/domain/plant-dynamic.ts`,
    `export const load = () => import('../store/database.ts');\n`,
    'tollgate(rooms)',
  ],
  [`${server}/domain/plant-inline.ts`, `export type X = import('../store/database.ts').X;\n`, 'tollgate(rooms)'],
  [`${server}/domain/plant-star.ts`, `export * from '../store/database.ts';\n`, 'tollgate(rooms)'],
  [`${server}/domain/plant-named.ts`, `export { x } from '../store/database.ts';\n`, 'tollgate(rooms)'],
  [`${server}/store/plant-service.ts`, importsType('../services/ledger/ledger.ts'), 'tollgate(rooms)'],
  [
    `${server}/store/healthy.ts`,
    `import type { Kysely } from 'kysely';\nexport type Db = Kysely<object>;\n`,
    undefined,
  ],
  [`${server}/services/plant-hono.ts`, importsType('hono'), 'tollgate(rooms)'],
  [`${server}/services/plant-kysely.ts`, importsType('kysely'), 'tollgate(rooms)'],
  [`${server}/services/plant-http.ts`, importsType('../http/app.ts'), 'tollgate(rooms)'],
  [`${server}/services/plant.test.ts`, importsType('kysely'), undefined],
  [`${server}/upstream/plant-domain.ts`, importsType('../domain/money.ts'), 'tollgate(rooms)'],
  [`${server}/egress/plant-relay.ts`, importsType('../relay/deps.ts'), 'tollgate(rooms)'],
  [`${server}/egress/plant-http.ts`, imports('node:http'), 'tollgate(rooms)'],
  [`${server}/inquiries/plant-store.ts`, imports('../store/database.ts'), 'tollgate(rooms)'],
  [`${server}/inquiries/plant-outside.ts`, imports('node:http'), 'tollgate(rooms)'],
  [`${server}/egress/healthy.ts`, imports('node:dns/promises'), undefined],
  [`${server}/relay/plant-hono.ts`, importsType('hono'), 'tollgate(rooms)'],
  [`${server}/relay/plant-hono-sub.ts`, importsType('hono/cors'), 'tollgate(rooms)'],
  [`${server}/relay/plant-http.ts`, importsType('../http/app.ts'), 'tollgate(rooms)'],
  [`${server}/relay/plant-endpoint.ts`, importsType('../endpoints/index.ts'), 'tollgate(rooms)'],
  [`${server}/endpoints/plant-http.ts`, importsType('../http/app.ts'), 'tollgate(rooms)'],
  [`${server}/endpoints/aaa/plant-neighbour.ts`, importsType('../bbb/bbb.ts'), 'tollgate(rooms)'],
  [`${server}/http/plant-driver.ts`, importsType('bun:sqlite'), 'tollgate(rooms)'],
  [`${server}/http/plant-cli.ts`, importsType('../cli/serve.ts'), 'tollgate(rooms)'],
  [`${server}/wiring/plant-hono.ts`, importsType('hono'), 'tollgate(rooms)'],
  [`${server}/gateway.ts`, importsType('pg'), 'tollgate(rooms)'],
  [`${server}/cli/plant-hono.ts`, importsType('hono'), 'tollgate(rooms)'],
  [`${server}/demo/plant-relay.ts`, importsType('../relay/relay.ts'), 'tollgate(rooms)'],
  [`${server}/data/plant-store.ts`, importsType('../store/database.ts'), 'tollgate(rooms)'],
  [`${server}/env.ts`, importsType('./store/database.ts'), 'tollgate(rooms)'],
  [`${server}/main.ts`, importsType('pg'), 'tollgate(rooms)'],
  ['packages/console/src/features/aaa/plant-feature.ts', importsType('../bbb/bbb.ts'), 'tollgate(rooms)'],
  ['packages/console/src/features/aaa/plant-kit.ts', importsType('react-aria-components'), 'tollgate(rooms)'],
  ['packages/console/src/app/plant-kit.ts', imports('@react-aria/focus'), 'tollgate(rooms)'],
  ['packages/console/src/components/ui/plant-feature.ts', importsType('../../features/aaa/x.ts'), 'tollgate(rooms)'],
  ['packages/console/src/components/ui/healthy-kit.ts', importsType('react-aria-components'), undefined],
  ['packages/console/src/plant-server.ts', importsType('@tollgate/server/domain/money'), 'tollgate(rooms)'],
  ['bench/plant-sqlite.ts', importsType('bun:sqlite'), 'tollgate(rooms)'],
];

const meters: readonly Plant[] = [
  [`${server}/store/plant-wallet.ts`, 'export const of = (id: string) => `wallet:${id}`;\n', 'tollgate(opaque-meters)'],
  [`${server}/store/plant-like.ts`, `export const sql = "where id like 'key:%'";\n`, 'tollgate(opaque-meters)'],
  [
    `${server}/relay/plant-prefix.ts`,
    `export const limit = (hold: { meter: string }) => hold.meter.startsWith('k');\n`,
    'tollgate(opaque-meters)',
  ],
  [`${server}/services/healthy-subject.ts`, 'export const subject = (id: string) => `key:${id}`;\n', undefined],
];

const purity: readonly Plant[] = [
  [`${server}/domain/plant-clock.ts`, `export const now = () => Date.now();\n`, 'tollgate(pure)'],
  [`${server}/domain/plant-dice.ts`, `export const roll = () => Math.random();\n`, 'tollgate(pure)'],
  [`${server}/domain/plant-date.ts`, `export const now = () => new Date();\n`, 'tollgate(pure)'],
  [`${server}/domain/healthy-date.ts`, `export const day = (at: number) => new Date(at);\n`, undefined],
  [`${server}/providers/aaa/plant-fetch.ts`, `export const get = () => fetch('http://x');\n`, 'tollgate(pure)'],
  [`${server}/services/plant-env.ts`, `export const port = process.env['PORT'];\n`, 'tollgate(no-environment)'],
  [`${server}/services/plant-bun-env.ts`, `export const port = Bun.env['PORT'];\n`, 'tollgate(no-environment)'],
  [`${server}/services/plant-taken-env.ts`, `export const { env } = process;\n`, 'tollgate(no-environment)'],
  [`${server}/services/plant-global-env.ts`, `export const e = globalThis.process.env;\n`, 'tollgate(no-environment)'],
  [`${server}/services/plant-meta-env.ts`, `export const e = import.meta.env;\n`, 'tollgate(no-environment)'],
  [
    `${server}/domain/plant-trim.ts`,
    `export const trim = (text: string) => text.replace(/\\s+$/, '');\n`,
    'tollgate(linear-regex)',
  ],
  [
    `${server}/domain/plant-ending.ts`,
    `export const ending = /\\.([a-z0-9]{2,4})(?:[?#].*)?$/i;\n`,
    'tollgate(linear-regex)',
  ],
  [`${server}/domain/plant-nested.ts`, `export const nested = /^(?:a+)+$/;\n`, 'tollgate(linear-regex)'],
  [`${server}/domain/plant-shared.ts`, `export const shared = /^x\\s*([^}]+?)\\s*y$/;\n`, 'tollgate(linear-regex)'],
  ['packages/wire/src/plant-made.ts', `export const made = new RegExp('a+b$', 'u');\n`, 'tollgate(linear-regex)'],
  [
    'packages/wire/src/healthy-pattern.ts',
    `export const healthy = [/^a+$/, /[^a-z]+/g, /0{1,9}$/, /(?<=x)y$/];\n`,
    undefined,
  ],
  ['packages/wire/src/plant-pattern.test.ts', `export const slow = /\\s+$/;\n`, undefined],
  [`${server}/services/plant-process.ts`, `export { env } from 'node:process';\n`, 'tollgate(no-environment)'],
  [`${server}/services/plant-env.test.ts`, `export const port = process.env['PORT'];\n`, undefined],
];

const named = 'tollgate(names)';
/** The vendor and the protocol that are planted; the rule reads their names from where they are declared. */
const acme = `export const acme = { id: 'acme' };\n`;

const naming: readonly Plant[] = [
  [`${server}/providers/acme.ts`, acme, undefined],
  ['packages/wire/src/protocols/acme-wire/egress.ts', `export const egress = { protocol: 'acme-wire' };\n`, undefined],
  [`${server}/domain/plant-vendor.ts`, `export const is = (id: string) => id === 'acme';\n`, named],
  [`${server}/endpoints/plant-vendor.ts`, `export const is = (id: string) => id === 'acme';\n`, named],
  [`${server}/relay/plant-protocol.ts`, `export const is = (id: string) => id === 'acme-wire';\n`, named],
  [`${server}/relay/plant-template.ts`, 'export const is = (id: string) => id === `acme-wire`;\n', named],
  [`${server}/relay/plant-module.ts`, imports('@tollgate/wire/protocols/acme-wire/egress'), named],
  ['packages/contract/src/plant-table.ts', `export const words = { acme: 'Acme' };\n`, named],
  ['packages/console/src/plant-type.ts', `export type Other = Exclude<string, 'acme'>;\n`, named],
  [`${server}/endpoints/healthy-endpoint.ts`, `export const protocol = 'acme-wire';\n`, undefined],
  [`${server}/domain/plant-vendor.test.ts`, `export const vendor = 'acme';\n`, undefined],
  [`${server}/domain/healthy-word.ts`, `export const kind = 'custom';\nexport const file = 'acme.txt';\n`, undefined],
];

const byName = '@tollgate/wire/models/by-name';
const modelNames: readonly Plant[] = [
  [`${server}/relay/plant-model-name.ts`, imports(byName), 'eslint(no-restricted-imports)'],
  [`${server}/domain/served-model.ts`, imports(byName), undefined],
  [`${server}/relay/plant-model-name.test.ts`, imports(byName), undefined],
];

const longFunction = `export function long(x: number): number {\n${'  x += 1;\n'.repeat(121)}  return x;\n}\n`;
const lengths: readonly Plant[] = [
  [`${server}/domain/plant-long.ts`, longFunction, 'eslint(max-lines-per-function)'],
  [`${server}/domain/plant-long.test.ts`, longFunction, undefined],
];

const colours = `type Colour = 'red' | 'green';\n`;
const someAny = `declare const loose: ReturnType<typeof JSON.parse>;\n`;

const types: readonly Plant[] = [
  [`${server}/domain/plant-any.ts`, `export const f = (x: any): unknown => x;\n`, 'typescript(no-explicit-any)'],
  [
    `${server}/services/plant-floating.ts`,
    `const work = async () => 1;\nexport const f = () => {\n  work();\n};\n`,
    'typescript(no-floating-promises)',
  ],
  [
    `${server}/services/plant-misused.ts`,
    `const work = async () => true;\nexport const f = () => (work() ? 1 : 2);\n`,
    'typescript(no-misused-promises)',
  ],
  [
    `${server}/services/plant-floating.test.ts`,
    `const work = async () => 1;\nexport const f = () => {\n  work();\n};\n`,
    'typescript(no-floating-promises)',
  ],
  [
    'bench/plant-floating.ts',
    `const work = async () => 1;\nexport const f = () => {\n  work();\n};\n`,
    'typescript(no-floating-promises)',
  ],
  [
    'packages/wire/src/plant-switch.ts',
    `${colours}export const f = (c: Colour) => {\n  switch (c) {\n    case 'red':\n      return 1;\n  }\n  return 0;\n};\n`,
    'typescript(switch-exhaustiveness-check)',
  ],
  [
    `${server}/services/plant-assign.ts`,
    `${someAny}export const f = () => {\n  const x = loose;\n  return String(x);\n};\n`,
    'typescript(no-unsafe-assignment)',
  ],
  [
    `${server}/services/plant-call.ts`,
    `${someAny}export const f = () => void loose();\n`,
    'typescript(no-unsafe-call)',
  ],
  [
    `${server}/services/plant-member.ts`,
    `${someAny}export const f = () => String(loose.x);\n`,
    'typescript(no-unsafe-member-access)',
  ],
  [`${server}/services/plant-return.ts`, `${someAny}export const f = () => loose;\n`, 'typescript(no-unsafe-return)'],
  [
    `${server}/services/plant-argument.ts`,
    `${someAny}const g = (n: number) => n;\nexport const f = () => g(loose);\n`,
    'typescript(no-unsafe-argument)',
  ],
  [
    `${server}/services/plant-double.ts`,
    `export const f = (x: string) => x as unknown as number;\n`,
    'tollgate(no-double-assertion)',
  ],
  [
    `${server}/services/plant-ignore.ts`,
    `// @ts-ignore because\nexport const f: number = 'x';\n`,
    'typescript(ban-ts-comment)',
  ],
  [
    `${server}/services/plant-silent.ts`,
    `// oxlint-disable-next-line typescript/no-explicit-any\nexport const f = (x: any): unknown => x;\n`,
    'tollgate(explain-disable)',
  ],
  [
    `${server}/services/healthy-disable.ts`,
    `// oxlint-disable-next-line typescript/no-explicit-any -- shown to be allowed with a reason\nexport const f = (x: any): unknown => x;\n`,
    undefined,
  ],
];

// Both halves of a cycle are planted; the linter names the half it reads.
const cycles: readonly Plant[] = [
  [
    `${server}/domain/plant-cycle-a.ts`,
    `import { b } from './plant-cycle-b.ts';\nexport const a = (): number => b();\n`,
    'import(no-cycle)',
  ],
  [
    `${server}/domain/plant-cycle-b.ts`,
    `import { a } from './plant-cycle-a.ts';\nexport const b = (): number => a();\n`,
    'import(no-cycle)',
  ],
  [
    `${server}/domain/plant-types-a.ts`,
    `import type { B } from './plant-types-b.ts';\nexport type A = { b: B };\n`,
    'import(no-cycle)',
  ],
  [
    `${server}/domain/plant-types-b.ts`,
    `import type { A } from './plant-types-a.ts';\nexport type B = { a: A };\n`,
    'import(no-cycle)',
  ],
  [
    `${server}/services/aaa/plant-long-a.ts`,
    importsType('../bbb/plant-long-b.ts').replaceAll('X', 'B').replace('Y', 'A'),
    'import(no-cycle)',
  ],
  [
    `${server}/services/bbb/plant-long-b.ts`,
    importsType('../ccc/plant-long-c.ts').replaceAll('X', 'C').replace('Y', 'B'),
    'import(no-cycle)',
  ],
  [
    `${server}/services/ccc/plant-long-c.ts`,
    `import type { A } from '../aaa/plant-long-a.ts';\nexport type C = { a: A };\n`,
    'import(no-cycle)',
  ],
];

const plants: readonly Plant[] = [
  ...rooms,
  ...meters,
  ...purity,
  ...naming,
  ...modelNames,
  ...lengths,
  ...types,
  ...cycles,
];

/** The tree's skeleton with the real configuration and dependencies, and only planted sources. */
async function plantAll(): Promise<string> {
  const field = await realpath(await mkdtemp(path.join(tmpdir(), 'tollgate-lint-')));
  for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'package.json', 'scripts/lint']) {
    await cp(path.join(repository, file), path.join(field, file), { recursive: true });
  }
  const packages = (await readdir(path.join(repository, 'packages'))).map((name) => `packages/${name}`);
  for (const folder of ['.', ...packages, 'bench', 'e2e']) {
    await mkdir(path.join(field, folder), { recursive: true });
    for (const file of ['tsconfig.json', 'package.json']) {
      await cp(path.join(repository, folder, file), path.join(field, folder, file)).catch(() => undefined);
    }
    await symlink(path.join(repository, folder, 'node_modules'), path.join(field, folder, 'node_modules'), 'dir');
  }
  for (const [place, source] of plants) {
    await mkdir(path.dirname(path.join(field, place)), { recursive: true });
    await writeFile(path.join(field, place), source);
  }
  return field;
}

type Finding = { readonly filename: string; readonly code: string };

/** Rule names by file, as the linter itself reports them. */
async function lint(field: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const linter = Bun.spawn(['node', path.join(repository, 'node_modules/oxlint/bin/oxlint'), '--format=json'], {
    cwd: field,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [output, errors] = await Promise.all([linter.stdout.text(), linter.stderr.text(), linter.exited]);
  if (!output.trimStart().startsWith('{')) throw new Error(`the linter did not answer with JSON: ${output}${errors}`);
  const { diagnostics } = JSON.parse(output) as { readonly diagnostics: readonly Finding[] };
  const found = new Map<string, Set<string>>();
  for (const { filename, code } of diagnostics) {
    const place = path.relative(field, path.resolve(field, filename)).replaceAll('\\', '/');
    found.set(place, (found.get(place) ?? new Set()).add(code));
  }
  return found;
}

let field = '';
let found: ReadonlyMap<string, ReadonlySet<string>> = new Map();

beforeAll(async () => {
  field = await plantAll();
  found = await lint(field);
}, 60_000);

afterAll(async () => {
  await rm(field, { recursive: true, force: true });
});

describe('the linter bites on a planted violation', () => {
  for (const [place, , rule] of plants) {
    test(rule === undefined ? `nothing: ${place}` : `${rule}: ${place}`, () => {
      const rules = [...(found.get(place) ?? [])];
      if (rule === undefined) expect(rules.filter((name) => /^tollgate\(|restricted/.test(name))).toEqual([]);
      else expect(rules).toContain(rule);
    });
  }

  test('every row of the table of rooms has a violation planted', () => {
    const bare = ROOMS.filter(({ at }) => !rooms.some(([place, , rule]) => rule && place.startsWith(at)));
    expect(bare.map(({ at }) => at)).toEqual([]);
  });
});

describe('names of vendors and protocols', () => {
  const known = namesUnder(repository);
  const sourceOf = (place: string): Promise<string> => Bun.file(path.join(repository, place)).text();

  test('are read from their tables', () => {
    expect([...known]).toContainValues(['openai', 'azure-openai', 'groq', 'openai-chat', 'bedrock-converse']);
    expect(known.has('custom')).toBe(false);
    expect(known.has('testing')).toBe(false);
  });

  test('still stand in the files that are let off, which are otherwise to be taken off the list', async () => {
    for (const place of STILL_NAMING) {
      const source = await sourceOf(place);
      const names = [...known].filter((name) => new RegExp(`['\`/]${name}['\`/]|\\b${name}: `).test(source));
      expect([place, names.length > 0]).toEqual([place, true]);
    }
  });

  test('have homes that are there', async () => {
    const gone: string[] = [];
    for (const home of [...HOMES_OF_NAMES, ...HOMES_OF_PROTOCOLS])
      if (!(await stat(path.join(repository, home)).catch(() => undefined))) gone.push(home);
    expect(gone).toEqual([]);
  });
});
