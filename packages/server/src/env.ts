import { nearest } from '@tollgate/contract/nearest';

/**
 * The environment, declared once: name, kind, default and meaning of every variable, then the rules between them.
 * Pure: it is given a record and touches nothing; only `main.ts` hands it the real environment.
 * `docs/configuration.md` carries the table made by {@link describeEnvironment}; a test fails when it is stale.
 */

type Parsed<T> = { readonly value: T } | { readonly problem: string };

type Kind<T> = { readonly words: string; parse(text: string): Parsed<T> };

type Variable<T> = {
  readonly name: string;
  readonly kind: Kind<T>;
  readonly default: string | undefined;
  readonly doc: string;
  /** Never shown, not even in a complaint about it. */
  readonly secret: boolean;
};

const integer = (low: number, high: number): Kind<number> => ({
  words: `whole number, ${low} to ${high}`,
  parse: (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= low && value <= high ? { value } : { problem: `must be a whole number from ${low} to ${high}` };
  },
});

const boolean: Kind<boolean> = {
  words: 'true or false',
  parse: (text) => {
    if (text === 'true' || text === '1') return { value: true };
    if (text === 'false' || text === '0') return { value: false };
    return { problem: 'must be true or false' };
  },
};

const string = (words: string, pattern: RegExp, problem: string): Kind<string> => ({
  words,
  parse: (text) => (pattern.test(text) ? { value: text } : { problem }),
});

const oneOf = <const T extends string>(...values: readonly T[]): Kind<T> => ({
  words: values.join(', '),
  parse: (text) => {
    const value = values.find((candidate) => candidate === text);
    return value === undefined ? { problem: `must be one of ${values.join(', ')}` } : { value };
  },
});

const url = (words: string, schemes: readonly string[]): Kind<string> => ({
  words,
  parse: (text) => {
    const scheme = schemes.find((candidate) => text.startsWith(candidate));
    if (scheme === undefined) return { problem: `must begin with ${schemes.join(' or ')}` };
    if (!scheme.endsWith('//')) return text.length > scheme.length ? { value: text } : { problem: 'names no file' };
    return URL.canParse(text) && new URL(text).hostname !== '' ? { value: text } : { problem: 'is not a valid URL' };
  },
});

const addresses: Kind<readonly string[]> = {
  words: 'comma-separated IPs and CIDRs',
  parse: (text) => {
    const entries = text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    const wrong = entries.filter((entry) => !isAddressRange(entry));
    return wrong.length === 0
      ? { value: entries }
      : { problem: `has entries that are no IP or CIDR: ${wrong.join(', ')}` };
  },
};

function isAddressRange(entry: string): boolean {
  const [address, bits, ...rest] = entry.split('/');
  if (address === undefined || rest.length > 0) return false;
  const octets = address.split('.');
  const isV4 = octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
  const isV6 = !isV4 && address.includes(':') && URL.canParse(`http://[${address}]/`);
  if (!isV4 && !isV6) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isV4 ? 32 : 128));
}

type Options = { readonly secret?: boolean };

const given = <T>(name: string, kind: Kind<T>, fallback: string, doc: string, options: Options = {}) =>
  ({ name, kind, default: fallback, doc, secret: options.secret === true }) satisfies Variable<T>;

const optional = <T>(name: string, kind: Kind<T>, doc: string, options: Options = {}) =>
  ({ name, kind, default: undefined, doc, secret: options.secret === true }) satisfies Variable<T>;

const sqliteSchemes = ['sqlite:'];

const declared = {
  port: given('PORT', integer(0, 65_535), '3000', 'TCP port to listen on; 0 takes a free one.'),
  host: given(
    'HOST',
    string('address', /^[\w.:-]+$/, 'must be an address or host name'),
    '0.0.0.0',
    'Address to listen on.',
  ),
  dataDir: given(
    'TOLLGATE_DATA',
    string('directory', /^[^\0]+$/, 'must be a path'),
    './data',
    'Directory for the SQLite database, the outbox and the generated key file. Must be on a local disk.',
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    url('URL', ['postgres://', 'postgresql://', 'mysql://', 'mariadb://', ...sqliteSchemes]),
    'Main database: `postgres://…`, `mysql://…` (MySQL 8.0, MariaDB 10.6, or later) or `sqlite:PATH`. Default: `sqlite:` followed by `tollgate.db` in TOLLGATE_DATA.',
    { secret: true },
  ),
  databasePool: given(
    'TOLLGATE_DATABASE_POOL',
    integer(1, 1000),
    '10',
    'Most connections one process opens to PostgreSQL or MySQL.',
  ),
  redisUrl: optional(
    'REDIS_URL',
    url('URL', ['redis://', 'rediss://']),
    'Redis, for limits shared between processes. Read and checked, but not used yet: every process still limits for itself.',
    { secret: true },
  ),
  secret: optional(
    'TOLLGATE_SECRET',
    string(
      '32 characters or more',
      /^[^\0]{32,}$/,
      'must have 32 characters or more (`openssl rand -hex 32` makes one)',
    ),
    'Master secret that seals the channel credentials and signs sessions. Default: generated once into `master.key` in TOLLGATE_DATA.',
    { secret: true },
  ),
  workers: given('TOLLGATE_WORKERS', integer(1, 256), '1', 'Processes that share the port.'),
  trustedProxies: given(
    'TOLLGATE_TRUSTED_PROXIES',
    addresses,
    '',
    'Proxies in front whose `X-Forwarded-For` is believed. From any other peer the header is ignored.',
  ),
  metricsToken: optional(
    'TOLLGATE_METRICS_TOKEN',
    string('16 characters or more', /^[\x21-\x7e]{16,}$/, 'must have 16 or more visible ASCII characters'),
    'Bearer token for `/metrics`. Without it only administrators can read them.',
    { secret: true },
  ),
  logLevel: given(
    'TOLLGATE_LOG_LEVEL',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'Least severe level that is logged.',
  ),
  shutdownGraceMs: given(
    'TOLLGATE_SHUTDOWN_GRACE_MS',
    integer(0, 3_600_000),
    '30000',
    'How long open requests may go on after SIGTERM, in milliseconds.',
  ),
  outboxFsync: given(
    'TOLLGATE_OUTBOX_FSYNC',
    boolean,
    'false',
    'Flush the outbox to the disk itself with each write. Guards finished requests against a power cut; a crash of the process loses none either way.',
  ),
  outboxMaxBytes: given(
    'TOLLGATE_OUTBOX_MAX_BYTES',
    integer(1 << 20, 1e12),
    '1073741824',
    'Size of records waiting for the main database beyond which new requests are answered 503.',
  ),
  spoolMaxBytes: given(
    'TOLLGATE_SPOOL_MAX_BYTES',
    integer(0, 1e12),
    '4294967296',
    'Most bytes of uploads that one process keeps on disk (in `spool` below TOLLGATE_DATA) while they are passed on; further ones are answered 503.',
  ),
  pdfFont: optional(
    'TOLLGATE_PDF_FONT',
    string('file', /^[^\0]+$/, 'must be a path'),
    'Font file (TTF, OTF or TTC) for statements and invoices as PDF, for letters beyond those of Western Europe. Default: a font of the system, such as Noto Sans CJK or Droid Sans Fallback.',
  ),
} as const;

type Declared = typeof declared;
type ValueOf<V> = V extends { kind: Kind<infer T>; default: infer D } ? (D extends string ? T : T | undefined) : never;

/** The environment as read, every default filled in. */
export type Environment = {
  readonly [K in Exclude<keyof Declared, 'databaseUrl'>]: ValueOf<Declared[K]>;
} & { readonly databaseUrl: string };

/**
 * Names that begin like ours and are not: databases of test runs, a client's key and address, the published port of
 * compose.yaml, the build's own, and what Kubernetes puts into every container beside a service called `tollgate`.
 */
const foreign =
  /^TOLLGATE_(?:TEST_.*|KEY|API_KEY|URL|BASE_URL|PUBLISH|COMPILE|SERVICE_HOST|SERVICE_PORT(?:_.*)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_.*)?)?)$/;

/**
 * Reads the whole environment, or says everything that is wrong with it at once.
 * An empty variable counts as absent. Problems name the variable and never repeat the value of a secret.
 */
export function readEnvironment(
  record: Readonly<Record<string, string | undefined>>,
): { readonly environment: Environment } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = <T>(variable: Variable<T>): T | undefined => {
    const raw = record[variable.name]?.trim() ?? '';
    const text = raw === '' ? variable.default : raw;
    if (text === undefined) return undefined;
    const parsed = variable.kind.parse(text);
    if ('value' in parsed) return parsed.value;
    problems.push(`${variable.name} ${parsed.problem}${variable.secret ? '' : `, not ${JSON.stringify(text)}`}`);
    return undefined;
  };
  const values: Record<string, unknown> = {};
  for (const [field, variable] of Object.entries<Variable<unknown>>(declared)) values[field] = read(variable);
  problems.push(...unknownNames(Object.keys(record)));
  // Sound while `declared` is the one source of the fields and a problem below keeps partial values from leaving.
  const environment = values as Environment;
  const databaseUrl = environment.databaseUrl ?? `sqlite:${environment.dataDir}/tollgate.db`;
  const complete = { ...environment, databaseUrl };
  if (problems.length === 0) problems.push(...crossRules(complete));
  return problems.length === 0 ? { environment: Object.freeze(complete) } : { problems };
}

function crossRules(environment: Environment): readonly string[] {
  const problems: string[] = [];
  const inMemory = environment.databaseUrl.includes(':memory:');
  if (environment.workers > 1 && inMemory)
    problems.push('TOLLGATE_WORKERS above 1 needs a database that processes can share; DATABASE_URL is in memory');
  if (environment.workers > 1 && environment.port === 0)
    problems.push('TOLLGATE_WORKERS above 1 needs a fixed PORT, not 0');
  if (environment.databasePool < 2 && !sqliteSchemes.some((scheme) => environment.databaseUrl.startsWith(scheme)))
    problems.push('TOLLGATE_DATABASE_POOL must be at least 2 on a database server: one connection posts, one answers');
  return problems;
}

function unknownNames(names: readonly string[]): readonly string[] {
  const known = Object.values(declared).map((variable) => variable.name);
  return names
    .filter((name) => name.startsWith('TOLLGATE_') && !foreign.test(name) && !known.some((other) => other === name))
    .map((name) => {
      const near = nearest(name, known);
      return `${name} is not a variable of Tollgate${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
}

/** Every variable with its kind, default and meaning, in the order of declaration; for `--help` and the documentation. */
export function describeEnvironment(): readonly {
  readonly name: string;
  readonly kind: string;
  readonly default: string | undefined;
  readonly doc: string;
}[] {
  return Object.values<Variable<unknown>>(declared).map(({ name, kind, default: fallback, doc }) => ({
    name,
    kind: kind.words,
    default: fallback,
    doc,
  }));
}
