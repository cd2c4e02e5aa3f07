import { z } from 'zod';
import { suffixFamilies, type SuffixFamily } from './model-families.ts';

/**
 * The tree of everything an administrator can change while the gateway runs. Strict: an unknown path is refused.
 * Stored as rows (path, json); read as one frozen snapshot; the console's form and the docs are drawn from it,
 * so every leaf carries a description. Times are milliseconds, sizes bytes.
 */
const int = (low: number, high: number, fallback: number, description: string) =>
  z.int().min(low).max(high).default(fallback).describe(description);

/** A name as DNS has it. Its last label begins with a letter, so that a mistyped address is not taken for a name. */
const hostName = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?$/i);

const suffix = (names: string) =>
  z
    .boolean()
    .default(true)
    .describe(`Whether the end of a model’s name says how much to think, where no channel lists that name: ${names}.`);

/** One switch for each family. */
const suffixSwitches = Object.fromEntries(
  Object.entries(suffixFamilies).map(([family, names]) => [family, suffix(names)]),
) as Readonly<Record<SuffixFamily, ReturnType<typeof suffix>>>;

export const settingsSchema = z.strictObject({
  site: z
    .strictObject({
      name: z.string().min(1).max(60).default('Tollgate').describe('Name shown in the console.'),
      publicUrl: z
        .union([z.url(), z.literal('')])
        .default('')
        .describe('Address under which users reach the gateway, for links.'),
    })
    .prefault({}),
  accounts: z
    .strictObject({
      registrationOpen: z.boolean().default(false).describe('Whether strangers may create an account.'),
      defaultGroup: z.string().min(1).default('default').describe('Group of new users.'),
      signupCreditUsd: z
        .string()
        .regex(/^\d+(\.\d{1,9})?$/)
        .default('0')
        .describe('Credit granted to a new account, in USD.'),
    })
    .prefault({}),
  relay: z
    .strictObject({
      maxBodyBytes: int(1024, 1 << 30, 128 << 20, 'Largest request body, after decompression.'),
      maxAttempts: int(1, 20, 4, 'Targets tried for one request before its failure is answered.'),
      connectTimeoutMs: int(100, 120_000, 10_000, 'Time to connect to an upstream, TLS included.'),
      firstByteTimeoutMs: int(
        100,
        3_600_000,
        300_000,
        'Time from sending a request upstream to the head of its answer.',
      ),
      idleTimeoutMs: int(100, 3_600_000, 300_000, 'Longest silence of an upstream within an answer.'),
      totalTimeoutMs: int(1000, 86_400_000, 1_800_000, 'Longest life of one request, attempts together.'),
      disconnectPolicy: z
        .enum(['drain', 'cancel'])
        .default('drain')
        .describe(
          'When a client leaves: keep reading the upstream to learn the real usage, or cancel it and charge an estimate.',
        ),
      maxDrains: int(
        0,
        100_000,
        200,
        'Upstreams read on at once after their clients left; beyond it they are cancelled.',
      ),
      drainTimeoutMs: int(0, 3_600_000, 120_000, 'Longest time one such upstream is read on.'),
      allowUnpriced: z.boolean().default(false).describe('Serve models that have no price, for free.'),
      holdOutputTokens: int(
        1,
        10_000_000,
        4096,
        'Output tokens set aside for a request that names no maximum (never more than the model can produce).',
      ),
      modelSuffixes: z.strictObject(suffixSwitches).prefault({}),
      maxOutputTokens: int(1, 100_000_000, 10_000_000, 'Largest max_tokens a request may name.'),
      maxChoices: int(1, 1024, 128, 'Largest n a request may name.'),
    })
    .prefault({}),
  overload: z
    .strictObject({
      maxOpenRequests: int(
        1,
        1_000_000,
        20_000,
        'Open requests in one process beyond which new ones are answered 503.',
      ),
      maxBufferedBytes: int(
        1 << 20,
        2 ** 40,
        1 << 30,
        'Bytes of request bodies and whole answers held in one process beyond which new requests are answered 503.',
      ),
      maxLoopDelayMs: int(10, 60_000, 2000, 'Event-loop delay beyond which new requests are answered 503.'),
    })
    .prefault({}),
  media: z
    .strictObject({
      fetch: z
        .strictObject({
          enabled: z
            .boolean()
            .default(true)
            .describe(
              'Fetch media that a request names by URL, where the upstream takes only their bytes. Otherwise they are left out, and told as a loss.',
            ),
          maxBytes: int(1024, 1 << 30, 20_000_000, 'Largest file that is fetched.'),
          timeoutMs: int(100, 600_000, 30_000, 'Time to fetch one file, redirects included.'),
          allowPrivate: z
            .array(
              z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6(), hostName], {
                error: 'must be an IP address, a CIDR network or a host name',
              }),
            )
            .max(100)
            .default([])
            .describe(
              'IP addresses, CIDR networks and host names that are fetched from although they are not public. Any user can then read what answers there.',
            ),
          ports: z
            .array(z.int().min(1).max(65_535))
            .max(100)
            .default([80, 443, 8080, 8443])
            .describe('Ports that are fetched from.'),
        })
        .prefault({}),
    })
    .prefault({}),
  health: z
    .strictObject({
      failureThreshold: int(1, 1000, 5, 'Failures within the window that open the breaker of a target.'),
      windowMs: int(1000, 3_600_000, 60_000, 'Rolling window of the breaker.'),
      failureRatePercent: int(1, 100, 50, 'Share of failures within the window that must also be reached.'),
      openMs: int(100, 3_600_000, 15_000, 'How long an open breaker waits before it lets one probe through.'),
      maxCooldownMs: int(1000, 86_400_000, 3_600_000, 'Longest Retry-After that is believed.'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      user: z
        .strictObject({
          requestsPerMinute: int(0, 10_000_000, 0, 'Requests a minute for each user; 0 is no limit.'),
          tokensPerMinute: int(0, 1_000_000_000, 0, 'Tokens a minute for each user; 0 is no limit.'),
          concurrent: int(0, 1_000_000, 0, 'Requests at once for each user; 0 is no limit.'),
        })
        .prefault({}),
    })
    .prefault({}),
  log: z
    .strictObject({
      retentionDays: int(1, 3650, 90, 'How long request logs are kept. Charges and the journal stay for ever.'),
      recordClientIp: z.boolean().default(true).describe('Whether a log row keeps the address of the client.'),
    })
    .prefault({}),
});

/** The whole tree with every default filled in. */
export type Settings = z.output<typeof settingsSchema>;

/** Every default. */
export const defaultSettings: Settings = settingsSchema.parse({});

/** One leaf of the tree: what a row of the settings table holds. */
export type SettingLeaf = {
  /** Dotted, such as `relay.maxAttempts`. */
  readonly path: string;
  readonly description: string;
  readonly default: unknown;
  /** Of the leaf alone, so that one value can be checked and a form drawn. */
  readonly schema: z.ZodType;
};

/** Every leaf, in the order of the tree. */
export const settingLeaves: readonly SettingLeaf[] = leavesOf(settingsSchema, defaultSettings, '');

function leavesOf(schema: z.ZodType, defaults: unknown, prefix: string): readonly SettingLeaf[] {
  const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  if (!(inner instanceof z.ZodObject))
    return [{ path: prefix, description: schema.description ?? '', default: defaults, schema }];
  const shape: Readonly<Record<string, z.ZodType>> = inner.shape;
  return Object.entries(shape).flatMap(([key, child]) =>
    leavesOf(child, isTree(defaults) ? defaults[key] : undefined, prefix === '' ? key : `${prefix}.${key}`),
  );
}

/**
 * The whole tree from rows of path and value: unset leaves take their defaults. Rows that no longer fit (an older
 * version's path, a value out of today's range) are handed back instead of spoiling the rest.
 */
export function settingsFromRows(rows: Iterable<{ readonly path: string; readonly value: unknown }>): {
  readonly settings: Settings;
  readonly unfit: readonly string[];
} {
  const tree: Tree = {};
  const unfit: string[] = [];
  for (const { path, value } of rows) {
    const leaf = settingLeaves.find((candidate) => candidate.path === path);
    if (leaf === undefined || !leaf.schema.safeParse(value).success) unfit.push(path);
    else plant(tree, path.split('.'), value);
  }
  return { settings: settingsSchema.parse(tree), unfit };
}

type Tree = { [key: string]: unknown };

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plant(tree: Tree, [head, ...rest]: readonly string[], value: unknown): void {
  if (head === undefined) return;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const child = tree[head];
  const branch: Tree = isTree(child) ? child : {};
  tree[head] = branch;
  plant(branch, rest, value);
}
