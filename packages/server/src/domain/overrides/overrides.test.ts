import { describe, expect, test } from 'bun:test';
import {
  conditionModes,
  overrideModes,
  overridesSchema,
  type OverrideOperation,
} from '@tollgate/contract/api/overrides';
import { parseObject } from '@tollgate/wire/json/fields';
import { render } from '@tollgate/wire/json/render';
import type { JsonObject } from '@tollgate/wire/protocol';
import fc from 'fast-check';
import { readHeaderOverride, readParamOverride } from './as-elsewhere.ts';
import { compileOverrides } from './compile.ts';
import type { Overrides } from './run.ts';
import type { OverrideScope } from './run.ts';

const scope = (more: Partial<OverrideScope> = {}, headers: Readonly<Record<string, string>> = {}): OverrideScope => ({
  originalModel: 'gpt-5',
  upstreamModel: 'prod',
  requestPath: '/v1/chat/completions',
  clientHeader: (name) => headers[name],
  clientHeaders: () => Object.keys(headers),
  retryIndex: 0,
  lastError: undefined,
  isChannelTest: false,
  apiKey: 'sk-account',
  ...more,
});

function compiled(overrides: {
  readonly headers?: object;
  readonly body?: object;
}): ReturnType<typeof compileOverrides> {
  return compileOverrides(overridesSchema.parse(overrides) satisfies Overrides);
}

function run(
  operations: readonly Partial<OverrideOperation>[],
  json: JsonObject,
  within: OverrideScope = scope(),
): { json: JsonObject; headers: Record<string, string | undefined>; returned: unknown } {
  const { overrides, mistakes } = compiled({ body: { operations } });
  expect(mistakes).toEqual([]);
  const done = overrides.apply?.(json, within);
  return {
    json: done?.json ?? json,
    headers: Object.fromEntries(done?.headers ?? []),
    returned: done?.returned,
  };
}

describe('operations on the body', () => {
  const cases: readonly [Partial<OverrideOperation>, JsonObject, JsonObject][] = [
    [{ mode: 'set', path: 'a.b', value: 1 }, {}, { a: { b: 1 } }],
    [{ mode: 'set', path: 'a', value: 1, keep_origin: true }, { a: 2 }, { a: 2 }],
    [{ mode: 'set', path: 'a', value: 1, keep_origin: true }, {}, { a: 1 }],
    [{ mode: 'delete', path: 'm.*.x' }, { m: [{ x: 1, y: 2 }, { x: 3 }] }, { m: [{ y: 2 }, {}] }],
    [{ mode: 'delete', path: 'm.-1' }, { m: [1, 2] }, { m: [1] }],
    [{ mode: 'move', from: 'a', to: 'b.c' }, { a: 1 }, { b: { c: 1 } }],
    [{ mode: 'move', from: 'none', to: 'b' }, { a: 1 }, { a: 1 }],
    [{ mode: 'copy', from: 'a', to: 'b' }, { a: [1] }, { a: [1], b: [1] }],
    [{ mode: 'prepend', path: 't', value: 'x' }, { t: 'y' }, { t: 'xy' }],
    [{ mode: 'append', path: 't', value: 'x' }, { t: 'y' }, { t: 'yx' }],
    [{ mode: 'append', path: 'l', value: [2, 3] }, { l: [1] }, { l: [1, 2, 3] }],
    [{ mode: 'prepend', path: 'l', value: { a: 1 } }, { l: [1] }, { l: [{ a: 1 }, 1] }],
    [{ mode: 'append', path: 'o', value: { a: 1, b: 1 } }, { o: { a: 2 } }, { o: { a: 1, b: 1 } }],
    [{ mode: 'append', path: 'o', value: { a: 1, b: 1 }, keep_origin: true }, { o: { a: 2 } }, { o: { a: 2, b: 1 } }],
    [{ mode: 'append', path: 'n', value: [1] }, {}, { n: [1] }],
    [{ mode: 'trim_prefix', path: 'model', value: 'openai/' }, { model: 'openai/gpt' }, { model: 'gpt' }],
    [{ mode: 'trim_suffix', path: 'model', value: '-x' }, { model: 'gpt-x' }, { model: 'gpt' }],
    [{ mode: 'ensure_prefix', path: 'model', value: 'o/' }, { model: 'gpt' }, { model: 'o/gpt' }],
    [{ mode: 'ensure_prefix', path: 'model', value: 'o/' }, { model: 'o/gpt' }, { model: 'o/gpt' }],
    [{ mode: 'ensure_suffix', path: 'model', value: '-x' }, { model: 'gpt' }, { model: 'gpt-x' }],
    [{ mode: 'trim_space', path: 'm.*.t' }, { m: [{ t: ' a ' }, { t: 1 }] }, { m: [{ t: 'a' }, { t: 1 }] }],
    [{ mode: 'to_lower', path: 'a' }, { a: 'AB' }, { a: 'ab' }],
    [{ mode: 'to_upper', path: 'a' }, { a: 'ab' }, { a: 'AB' }],
    [{ mode: 'replace', path: 'a', from: 'b.', to: '$&' }, { a: 'ab.b.' }, { a: 'a$&$&' }],
    [{ mode: 'regex_replace', path: 'a', from: '(?i)^GPT-(\\d)', to: 'o${1}' }, { a: 'gpt-5' }, { a: 'o5' }],
    [
      { mode: 'prune_objects', path: 'messages', value: 'thinking' },
      { messages: [{ content: [{ type: 'thinking' }, { type: 'text' }] }, { content: 'x' }] },
      { messages: [{ content: [{ type: 'text' }] }, { content: 'x' }] },
    ],
    [
      { mode: 'prune_objects', path: 'l', value: { where: { a: 1, b: 2 }, recursive: false } },
      { l: [{ a: 1, b: 2 }, { a: 1 }, { c: [{ a: 1, b: 2 }] }] },
      { l: [{ a: 1 }, { c: [{ a: 1, b: 2 }] }] },
    ],
    [
      { mode: 'prune_objects', value: { conditions: [{ path: 'n', mode: 'gt', value: 3 }] } },
      { x: { n: 4 }, y: { n: 3 } },
      { y: { n: 3 } },
    ],
  ];
  test.each(cases)('%j', (operation, before, after) => {
    expect(run([operation], before).json).toEqual(after);
  });

  test('go one after the other', () => {
    const operations: Partial<OverrideOperation>[] = [
      { mode: 'set', path: 'a', value: 'x' },
      { mode: 'append', path: 'a', value: 'y' },
      { mode: 'move', from: 'a', to: 'b' },
    ];
    expect(run(operations, {}).json).toEqual({ b: 'xy' });
  });
});

describe('conditions', () => {
  const holds = (condition: object, json: JsonObject = {}, within?: OverrideScope): boolean =>
    'hit' in run([{ mode: 'set', path: 'hit', value: true, ...condition }], json, within).json;
  const one = (condition: object, json?: JsonObject, within?: OverrideScope): boolean =>
    holds({ conditions: [condition] }, json, within);

  test('compare', () => {
    expect(one({ path: 'a', value: { x: [1] } }, { a: { x: [1] } })).toBe(true);
    expect(one({ path: 'a', value: '1' }, { a: 1 })).toBe(false);
    expect(one({ path: 'a', mode: 'prefix', value: 'gpt' }, { a: 'gpt-5' })).toBe(true);
    expect(one({ path: 'a', mode: 'suffix', value: '5' }, { a: 'gpt-5' })).toBe(true);
    expect(one({ path: 'a', mode: 'contains', value: 'x' }, { a: 'gpt-5' })).toBe(false);
    expect(one({ path: 'a', mode: 'gt', value: 3 }, { a: 4 })).toBe(true);
    expect(one({ path: 'a', mode: 'gte', value: 4 }, { a: 4 })).toBe(true);
    expect(one({ path: 'a', mode: 'lt', value: 4 }, { a: 4 })).toBe(false);
    expect(one({ path: 'a', mode: 'lte', value: 4 }, { a: 'four' })).toBe(false);
    expect(one({ path: 'messages.#', mode: 'gt', value: 1 }, { messages: [1, 2] })).toBe(true);
    expect(
      one({ path: 'messages.*.role', value: 'system' }, { messages: [{ role: 'user' }, { role: 'system' }] }),
    ).toBe(true);
  });

  test('of what is missing hold only when they say so', () => {
    expect(one({ path: 'a', value: 1 })).toBe(false);
    expect(one({ path: 'a', value: 1, invert: true })).toBe(false);
    expect(one({ path: 'a', value: 1, pass_missing_key: true })).toBe(true);
    expect(one({ path: 'a', value: 1, invert: true }, { a: 2 })).toBe(true);
  });

  test('are alternatives unless all must hold', () => {
    const conditions = [
      { path: 'a', value: 1 },
      { path: 'b', value: 1 },
    ];
    expect(holds({ conditions }, { a: 1 })).toBe(true);
    expect(holds({ conditions, logic: 'AND' }, { a: 1 })).toBe(false);
    expect(holds({ conditions: { a: 1, b: 1 }, logic: 'AND' }, { a: 1, b: 1 })).toBe(true);
    expect(holds({ conditions: [] })).toBe(true);
  });

  test('ask what is known of the request where the body says nothing', () => {
    const known = scope(
      { retryIndex: 2, lastError: { status: 429, code: 'slow', type: 't', message: 'Too fast' } },
      { 'x-a': 'b' },
    );
    const facts: Readonly<Record<string, unknown>> = {
      original_model: 'gpt-5',
      upstream_model: 'prod',
      model: 'prod',
      request_path: '/v1/chat/completions',
      'request_headers.X-A': 'b',
      retry_index: 2,
      'retry.is_retry': true,
      'last_error.status_code': 429,
      last_error_code: 'slow',
      'last_error.message': 'Too fast',
      is_channel_test: false,
    };
    for (const [path, value] of Object.entries(facts))
      expect([path, one({ path, value }, {}, known)]).toEqual([path, true]);
    expect(one({ path: 'model', value: 'prod' }, { model: 'other' }, known)).toBe(false);
    expect(one({ path: 'last_error.code', value: 'slow' })).toBe(false);
  });
});

describe('headers', () => {
  test('are set, copied, moved, taken away and passed', () => {
    const client = scope(
      {},
      { 'x-session': 's1', 'x-stainless-os': 'Linux', authorization: 'Bearer sk-client', cookie: 'c' },
    );
    const operations: Partial<OverrideOperation>[] = [
      { mode: 'set_header', path: 'X-A', value: 1 },
      { mode: 'copy_header', from: 'x-session', to: 'x-b' },
      { mode: 'move_header', from: 'x-a', to: 'x-c' },
      { mode: 'delete_header', path: 'user-agent' },
      { mode: 'pass_headers', value: ['re:^x-stainless-', 'X-Session'] },
      { mode: 'set_header', path: 'x-key', value: 'k={api_key}' },
      { mode: 'set_header', path: 'x-d', value: '{client_header:X-Session}' },
      { mode: 'set_header', path: 'x-broken', value: 'a\r\nb: c' },
      { mode: 'copy_header', from: 'authorization', to: 'x-stolen' },
      { mode: 'sync_fields', from: 'json:metadata.session', to: 'header:x-session' },
    ];
    const { json, headers } = run(operations, {}, client);
    expect(headers).toEqual({
      'x-a': undefined,
      'x-b': 's1',
      'x-c': '1',
      'user-agent': undefined,
      'x-stainless-os': 'Linux',
      'x-session': 's1',
      'x-key': 'k=sk-account',
      'x-d': 's1',
    });
    expect(json).toEqual({ metadata: { session: 's1' } });
    expect(run([{ mode: 'sync_fields', from: 'json:id', to: 'header:x-id' }], { id: 7 }).headers).toEqual({
      'x-id': '7',
    });
  });

  test('with lists of words are edited word by word', () => {
    const client = scope({}, { 'anthropic-beta': 'old, keep,drop' });
    const value = { old: 'new', drop: null, $append: ['more', 'keep'] };
    expect(run([{ mode: 'set_header', path: 'anthropic-beta', value }], {}, client).headers).toEqual({
      'anthropic-beta': 'new,keep,more',
    });
    const strict = { old: ['a', 'b'], $keep_only_declared: true };
    expect(run([{ mode: 'set_header', path: 'anthropic-beta', value: strict }], {}, client).headers).toEqual({
      'anthropic-beta': 'a,b',
    });
  });

  test('of the client pass as the channel says, credentials never, and what the channel sets goes over them', () => {
    const client = scope(
      {},
      { 'x-a': 'client', 'x-b': 'b', authorization: 'Bearer sk-client', 'x-forwarded-for': '1.2.3.4' },
    );
    const { overrides } = compiled({ headers: { pass: ['*'], set: { 'x-a': 'mine' }, remove: ['x-b'] } });
    expect(Object.fromEntries(overrides.apply?.({}, client).headers ?? [])).toEqual({ 'x-a': 'mine' });
  });

  test('that are alike for all need no step', () => {
    const { overrides } = compiled({ headers: { set: { 'x-a': 'k={api_key}' }, remove: ['user-agent'] } });
    expect(overrides.apply).toBeUndefined();
    expect(compiled({}).overrides.apply).toBeUndefined();
  });
});

test('an error is returned instead of asking, and ends the steps', () => {
  const operations: Partial<OverrideOperation>[] = [
    { mode: 'return_error', value: { message: 'No.', status_code: 451, code: 'c' }, conditions: { user: 'x' } },
    { mode: 'set', path: 'a', value: 1 },
  ];
  expect(run(operations, { user: 'x' })).toMatchObject({
    returned: { status: 451, code: 'c', type: 'invalid_request_error', message: 'No.', final: true },
    json: { user: 'x' },
  });
  expect(run(operations, { user: 'y' })).toMatchObject({ returned: undefined, json: { user: 'y', a: 1 } });
});

test('mistakes say where, what, and what would be right', () => {
  const operations: Partial<OverrideOperation>[] = [
    { mode: 'set', value: 1 },
    { mode: 'set', path: 'a' },
    { mode: 'regex_replace', path: 'a', from: '(' },
    { mode: 'move', from: 'a' },
    { mode: 'set_header', path: 'content-length', value: '1' },
    { mode: 'sync_fields', from: 'a', to: 'header:x' },
    { mode: 'return_error', value: { message: 'x', status_code: 200 } },
    { mode: 'delete', path: 'a', conditions: [{ path: 'b', mode: 'gt', value: 'x' }] },
    { mode: 'prune_objects', path: 'a' },
    { mode: 'pass_headers', value: ['Authorization'] },
  ];
  const { mistakes } = compiled({
    body: { operations },
    headers: { set: { 'x-a': 'a {client_header:b}' }, pass: ['re:['] },
  });
  expect(mistakes.map(({ path }) => path)).toEqual([
    'headers.pass.0',
    'headers.set.x-a',
    'body.operations.0.path',
    'body.operations.1.value',
    'body.operations.2.from',
    'body.operations.3.to',
    'body.operations.4.path',
    'body.operations.5.from',
    'body.operations.6.value.status_code',
    'body.operations.7.conditions.0.value',
    'body.operations.8.value',
    'body.operations.9.value.0',
    'body.operations.9.value',
  ]);
  expect(mistakes[5]).toEqual({ path: 'body.operations.3.to', problem: 'is missing', instead: 'a path in the body' });
});

test('overrides written elsewhere are read', () => {
  expect(readParamOverride({ temperature: 0, 'a.b': 1, operations: [{ mode: 'delete', path: 'x' }] })).toEqual({
    set: { temperature: 0, 'a\\.b': 1 },
    operations: [{ mode: 'delete', path: 'x' }],
  });
  expect(readParamOverride([])).toBeUndefined();
  expect(readHeaderOverride({ 'X-A': 'b', '*': '', 're:^x-': true })).toEqual({
    set: { 'x-a': 'b' },
    pass: ['*', 're:^x-'],
  });
});

describe('laws', () => {
  const key = fc.constantFrom('a', 'b', 'messages', 'type', '__proto__', 'constructor', '0');
  const json = fc.jsonValue({ depthSize: 'small' });
  const body = fc.dictionary(key, json, { maxKeys: 6 }).map((object) => JSON.stringify(object));
  const path = fc
    .array(fc.oneof(key, fc.constantFrom('*', '-1', '#', '1')), { minLength: 1, maxLength: 3 })
    .map((steps) => steps.join('.'));
  const condition = fc.record({ path, mode: fc.constantFrom(...conditionModes), value: json, invert: fc.boolean() });
  const operation = fc.record(
    {
      mode: fc.constantFrom(...overrideModes),
      path,
      value: json,
      keep_origin: fc.boolean(),
      from: fc.oneof(
        path,
        path.map((at) => `json:${at}`),
        fc.constant('header:x-a'),
      ),
      to: fc.oneof(
        path,
        path.map((at) => `json:${at}`),
        fc.constant('header:x-b'),
      ),
      conditions: fc.array(condition, { maxLength: 2 }),
      logic: fc.constantFrom('AND' as const, 'OR' as const),
    },
    { requiredKeys: ['mode'] },
  );

  test('nothing is thrown, nothing before is changed, and what is not touched keeps its bytes', () => {
    fc.assert(
      fc.property(body, fc.array(operation, { maxLength: 4 }), (text, operations) => {
        const before = parseObject(text);
        const read = overridesSchema.safeParse({ body: { operations } });
        if (!before || !read.success) return;
        const bytes = new TextEncoder().encode(text.replaceAll(',', ' , '));
        const spaced = parseObject(text.replaceAll(',', ' , ')) ?? {};
        const frozen = JSON.stringify(spaced);
        const done = compileOverrides(read.data).overrides.apply?.(spaced, scope({}, { 'x-a': '1' }));
        const after = done?.json ?? spaced;
        expect(JSON.stringify(spaced)).toBe(frozen);
        const written = render(bytes, spaced, after);
        if (after === spaced) expect(written).toBe(bytes);
        expect(JSON.parse(new TextDecoder().decode(written))).toEqual(JSON.parse(JSON.stringify(after)));
        expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
      }),
    );
  });
});
