import { describe, expect, test } from 'bun:test';
import { traitsByName } from '@tollgate/wire/models/by-name';
import { unknownModel } from '@tollgate/wire/models/traits';
import { operations, type Json, type JsonObject, type Operation, type ProtocolId } from '@tollgate/wire/protocol';
import { openaiChat } from '@tollgate/wire/protocols/openai-chat/protocol';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { causeOf, type Cause } from '../../domain/causes.ts';
import { baseUrlOf } from '../../domain/base-url.ts';
import type { Balance } from '../account.ts';
import { authenticationFor, fieldsOf } from '../auth.ts';
import type { AnyProvider, Dialect } from '../define.ts';
import { completedBy } from '../settings.ts';
import { fillPath, joinPath, pathFor, variantsOf, type PathTarget } from '../path.ts';

/** What is particular to a provider and cannot be learnt from its descriptor. */
export type ProviderFixtures = {
  /** A credential, by default `{ apiKey: 'sk-test' }`. */
  readonly credential?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The headers that credential must become. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same of dialects whose calls carry it otherwise. */
  readonly ownHeaders?: Readonly<Partial<Record<ProtocolId, Readonly<Record<string, string>>>>>;
  /** What that credential adds to the query of each call; nothing by default. */
  readonly query?: string;
  /** How each call is authenticated, where it is signed or carries a token that expires. */
  readonly perCall?: 'sigv4' | 'volc' | 'jwt' | 'token';
  /** The model that a dialect is asked for, where it is not asked for all; by default `some model`. */
  readonly models?: Readonly<Partial<Record<ProtocolId, string>>>;
  /** Paths by operation for the model `some model`; what is missing must not be there. */
  readonly paths: OperationPaths;
  /** The path of a chat that is streamed, where it is another; by protocol where further dialects have others. */
  readonly streamed?: string | Readonly<Partial<Record<ProtocolId, string>>>;
  /** Paths of further dialects, or whole URLs of them, by protocol and operation; every one that the provider speaks. */
  readonly others?: Readonly<Partial<Record<ProtocolId, OperationPaths>>>;
  /** Bodies before and after the vendor's quirks. */
  readonly quirks?: readonly {
    readonly model: string;
    readonly body: JsonObject;
    readonly becomes: JsonObject;
    /** Of which dialect; by default the first. */
    readonly protocol?: ProtocolId;
  }[];
  /** A usage object of the vendor's, and its buckets. */
  readonly usage?: readonly { readonly raw: JsonObject; readonly buckets: Readonly<Record<string, number>> }[];
  /** What an account says of its money, as the vendor's page has it; `at` is another base URL than the usual. */
  readonly balances?: readonly {
    readonly path: string;
    readonly body: JsonObject;
    readonly at?: string;
    readonly balances: readonly Balance[];
  }[];
  /** Where an account is asked for its models, and what it says, when it is not as OpenAI has it: two, `one` and `two`, or of other `names`. */
  readonly listed?: {
    readonly path: string;
    readonly body: unknown;
    readonly names?: readonly string[];
    /** What is said at further paths, where the list has several parts. */
    readonly also?: Readonly<Record<string, unknown>>;
  };
  /** Refusals in the vendor's words, and what they mean. */
  readonly refusals?: readonly {
    readonly status: number;
    readonly code?: string;
    readonly message?: string;
    readonly means: Cause;
  }[];
};

type Values = Readonly<Record<string, string>>;
type OperationPaths = Readonly<Partial<Record<Operation, string>>>;

/** What the form reads of a field. */
type Field = { meta(): { readonly label?: unknown; readonly secret?: unknown } | undefined };

const plain: JsonObject = { model: 'some-model', messages: [{ role: 'user', content: 'hi' }], temperature: 0.5 };

/** The contract every provider keeps, in one suite. */
export function describeProvider(provider: AnyProvider, fixtures: ProviderFixtures): void {
  const credential = provider.credential.parse(fixtures.credential ?? { apiKey: 'sk-test' }) as Values;
  const settings = provider.settings.parse(fixtures.settings ?? {});
  const [dialect] = provider.dialects;
  const urlOf = (path: string): string => {
    const { origin, pathname } = new URL(baseUrlOf(provider, settings) ?? 'https://example.com/v1');
    return origin + joinPath(pathname.replace(/\/$/, ''), path);
  };

  describe(provider.id, () => {
    test('is described: id, label, https docs, base URL as its SDK has it', () => {
      expect(provider.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(provider.label).not.toBe('');
      expect(new URL(provider.docs).protocol).toBe('https:');
      for (const prefix of provider.keyPrefixes ?? []) expect(prefix.length).toBeGreaterThan(1);
      if (provider.baseUrl === undefined) return;
      for (const { when, baseUrl: there } of provider.elsewhere ?? []) {
        expect(baseUrlOf(provider, provider.settings.parse({ ...settings, ...when }))).toBe(there);
        expect(new URL(there).href.replace(/\/$/, '')).toBe(there);
      }
      const baseUrl = baseUrlOf(provider, settings) ?? '';
      expect(new URL(baseUrl).href.replace(/\/$/, '')).toBe(baseUrl);
    });

    test('is asked about its accounts below its base URL, as its pages say', () => {
      const asked = [provider.listing ?? [], provider.balance ?? []].flat();
      for (const { path, source } of asked) {
        expect(fillPath(path, { model: '', settings })).toMatch(/^\/[\x21-\x7e]+$/);
        if (source !== undefined) expect(new URL(source).protocol).toBe('https:');
      }
      for (const { source } of provider.balance ?? []) expect(source).toBeDefined();
      const read = fixtures.balances?.map(({ path }) => path) ?? [];
      expect([...new Set(read)]).toEqual((provider.balance ?? []).map(({ path }) => path));
      for (const nonsense of [null, 3, 'x', [], {}, { data: 3 }, { data: null, balance_infos: [3, null] }]) {
        expect(provider.listing?.read(nonsense)?.models ?? []).toEqual([]);
        for (const { read } of provider.balance ?? [])
          expect(read(nonsense, 'https://api.example.com') ?? []).toEqual([]);
      }
    });

    test.each(fixtures.balances ?? [])('reads a balance: %o', ({ path, body, at, balances }) => {
      const query = provider.balance?.find((one) => one.path === path);
      expect(query?.read(body, at ?? provider.baseUrl ?? '')).toEqual([...balances]);
    });

    test('labels every field of its form, and marks its key as secret', () => {
      const shapes: readonly Readonly<Record<string, Field>>[] = [provider.credential.shape, provider.settings.shape];
      for (const field of shapes.flatMap((shape) => Object.values(shape)))
        expect(typeof field.meta()?.label).toBe('string');
      for (const field of provider.auth.flatMap(fieldsOf))
        expect(shapes[0]?.[field.split('.')[0] ?? '']?.meta()?.secret).toBe(true);
    });

    test('refuses credentials and settings it does not know, and keys that could break a header', () => {
      expect(provider.credential.safeParse({ ...credential, surprise: 'x' }).success).toBe(false);
      expect(provider.settings.safeParse({ ...settings, surprise: 'x' }).success).toBe(false);
      for (const apiKey of ['a\r\nx-evil: 1', 'two words', 'schlüssel']) {
        expect(provider.credential.safeParse({ ...credential, apiKey }).success).toBe(false);
      }
    });

    test('signs with lower-case headers, none of them its own connection’s', () => {
      const { headers, query, perCall } = authenticationFor(
        provider,
        credential,
        completedBy(provider, settings, credential),
      );
      expect(headers).toEqual(fixtures.headers);
      expect([query, perCall?.by]).toEqual([fixtures.query ?? '', fixtures.perCall]);
      for (const name of Object.keys(headers)) expect(name).toMatch(/^[a-z0-9-]+$/);
      for (const name of ['host', 'connection', 'content-length', 'transfer-encoding'])
        expect(headers).not.toHaveProperty(name);
    });

    test('is authenticated by fields that its credential has, and by settings that there are', () => {
      const fields = Object.keys(provider.credential.shape);
      for (const auth of provider.auth) {
        for (const field of fieldsOf(auth)) expect(fields).toContain(field.split('.')[0] ?? '');
        if (auth.by === 'sigv4' || auth.by === 'volc')
          expect(Object.keys(provider.settings.shape)).toContain(auth.region);
      }
      for (const template of Object.values(provider.headers ?? {}))
        for (const [, name = ''] of template.matchAll(/\{(.*?)\}/g))
          expect(Object.keys(provider.settings.shape)).toContain(name);
    });

    test('knows the path of every operation, of every dialect', () => {
      const own = completedBy(provider, settings, credential);
      const targetOf = ({ protocol }: Dialect): PathTarget => {
        const model = fixtures.models?.[protocol] ?? 'some model';
        return { model, settings: own, traits: traitsByName(model), client: protocol };
      };
      const [, ...others] = provider.dialects;
      expect(others.map((other) => other.protocol)).toEqual(Object.keys(fixtures.others ?? {}) as ProtocolId[]);
      for (const one of provider.dialects) {
        const paths = one === dialect ? fixtures.paths : (fixtures.others?.[one.protocol] ?? {});
        for (const operation of operations) {
          const path = pathFor(one, operation, targetOf(one));
          const expected = paths[operation] as string;
          expect(path === undefined || !expected?.startsWith('http') ? path : urlOf(path)).toBe(expected);
          if (path !== undefined) expect(path).toMatch(/^\/[\x21-\x7e]+$/);
        }
      }
      const streamedBy =
        typeof fixtures.streamed === 'string' ? { [dialect.protocol]: fixtures.streamed } : fixtures.streamed;
      for (const one of provider.dialects) {
        const whole = one === dialect ? fixtures.paths.chat : fixtures.others?.[one.protocol]?.chat;
        const streamed = pathFor(one, 'chat', { ...targetOf(one), stream: true });
        const expected = streamedBy?.[one.protocol] ?? whole;
        expect(streamed === undefined || !expected?.startsWith('http') ? streamed : urlOf(streamed)).toBe(
          expected as string,
        );
      }
    });

    test('has paths that depend on the model and on settings that there are, and nothing else', () => {
      const variants = provider.dialects.flatMap(({ paths }) => Object.values(paths).flatMap(variantsOf));
      for (const { when, path = '' } of variants) {
        const names = [...path.matchAll(/\{(.*?)\}/g)].map(([, name = '']) => name);
        for (const name of [...names, ...Object.keys(when?.settings ?? {})])
          if (!/^model(?:Head|Tail)?$/.test(name)) expect(Object.keys(provider.settings.shape)).toContain(name);
      }
    });

    for (const quirk of dialect.protocol === 'openai-chat' ? (dialect.quirks ?? []) : []) {
      test(`quirk "${quirk.name}" names its page and leaves a plain body alone`, () => {
        expect(new URL(quirk.source).protocol).toBe('https:');
        expect(quirk.apply(plain, unknownModel)).toBe(plain);
      });
    }

    test.each(fixtures.quirks ?? [])(
      'quirks make of a body what the vendor takes, once',
      ({ model, body, becomes, protocol = dialect.protocol }) => {
        const { quirks = [] } = provider.dialects.find((one) => one.protocol === protocol) ?? {};
        const frozen = Object.freeze({ ...body });
        const apply = (json: JsonObject): JsonObject =>
          quirks.reduce((edited, quirk) => quirk.apply(edited, traitsByName(model)) as JsonObject, json);
        const once = apply(frozen);
        expect(once).toEqual(becomes);
        expect(apply(once)).toBe(once);
      },
    );

    test.each(fixtures.refusals ?? [])('its refusals are understood: %o', ({ status, code, message = '', means }) => {
      expect(causeOf({ status, code, message, type: undefined, param: undefined }, provider)).toBe(means);
    });

    test('has its phrases in lower case, as they are looked for', () => {
      for (const phrase of Object.values(provider.phrases ?? {}).flat()) {
        expect(phrase).toBe(phrase.toLowerCase());
        expect(phrase.trim()).not.toBe('');
      }
    });

    if (dialect.protocol === 'openai-chat') {
      const readUsage = dialect.usage ?? readChatUsage;
      const ordinary = {
        raw: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
        buckets: { inputText: 7, outputText: 3 },
      };
      test.each([ordinary, ...(fixtures.usage ?? [])])('reads usage, streamed or not', ({ raw, buckets }) => {
        expect(readUsage(raw)).toMatchObject(buckets);
        const body: Json = { choices: [], usage: raw };
        expect(openaiChat.readResponse(body, readUsage).usage).toMatchObject(buckets);
        const probe = openaiChat.probe({ hideUsage: true, readUsage });
        probe.push(new TextEncoder().encode(`data: ${JSON.stringify(body)}\n\n`));
        expect(probe.usage).toMatchObject(buckets);
      });

      test('a usage object of nonsense is no usage, and no crash', () => {
        for (const raw of [
          {},
          { prompt_tokens: 'x' },
          { prompt_tokens: -1, total_tokens: null },
          { prompt_tokens_details: 3 },
        ]) {
          expect(readUsage(raw)).toBeUndefined();
        }
      });
    }
  });
}
