import type { MeterId } from '../domain/meters.ts';
import type { Db } from './database.ts';

/** A value of a row as it stands in a file: money and what else is too large for a number is a text. */
type Shown = string | number | null;
export type PersonRecord = Readonly<Record<string, Shown>>;

const pageRows = 250;

/**
 * What of which table belongs to a person, by the name that it has in their file: the columns that say something to them. Hashes, sealed secrets and
 * what the gateway keeps for itself (channels, routes) are in none.
 */
const sections = {
  keys: [
    'api_keys',
    [
      'id',
      'name',
      'prefix',
      'last_four',
      'team_id',
      'limit_nanos',
      'models',
      'allowed_ips',
      'created_at',
      'revoked_at',
    ],
  ],
  accessTokens: [
    'access_tokens',
    [
      'id',
      'name',
      'prefix',
      'last_four',
      'read_only',
      'scopes',
      'expires_at',
      'created_at',
      'last_used_at',
      'revoked_at',
    ],
  ],
  identities: ['identities', ['id', 'method_id', 'subject', 'label', 'created_at', 'last_used_at']],
  passkeys: ['passkeys', ['id', 'name', 'created_at', 'last_used_at']],
  notifications: ['notice_targets', ['id', 'kind', 'name', 'enabled', 'events', 'language', 'hint', 'created_at']],
  savedViews: ['saved_views', ['id', 'page', 'name', 'query', 'created_at', 'updated_at', 'shared']],
  orders: [
    'orders',
    [
      'id',
      'provider',
      'provider_reference',
      'plan_id',
      'state',
      'credit_nanos',
      'taken_nanos',
      'currency',
      'price_minor',
      'refunded_minor',
      'paid_at',
      'created_at',
    ],
  ],
  invoices: ['invoices', ['id', 'kind', 'number', 'currency', 'total_minor', 'tax_minor', 'content', 'created_at']],
  subscriptions: [
    'subscriptions',
    ['id', 'plan_id', 'state', 'terms', 'term_starts_at', 'term_ends_at', 'cancel_at_end', 'created_at', 'ended_at'],
  ],
  redemptions: ['redemptions', ['id', 'amount_nanos', 'created_at']],
  givenCredit: ['given_credits', ['id', 'granted_nanos', 'note', 'expires_at', 'state', 'created_at']],
  budgets: ['budgets', ['id', 'team_id', 'key_id', 'model', 'period', 'time_zone', 'limit_nanos', 'created_at']],
  tasks: ['media_tasks', ['id', 'kind', 'model', 'asked', 'status', 'created_at', 'finished_at']],
  keptAtProviders: ['stored_objects', ['id', 'kind', 'told', 'created_at', 'finished_at']],
} as const;

const requestColumns = [
  'id',
  'at',
  'key_id',
  'model',
  'status',
  'error_code',
  'stream',
  'input_tokens',
  'output_tokens',
  'amount_nanos',
  'ttft_ms',
  'total_ms',
] as const;

const providerKeyColumns = [
  'id',
  'name',
  'provider',
  'settings_json',
  'models_json',
  'placement',
  'hints_json',
  'enabled',
  'created_at',
] as const;

type PersonSection = keyof typeof sections;
export const personSections = Object.keys(sections) as PersonSection[];

const camelCase = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function shown(row: object, columns: readonly string[]): PersonRecord {
  const values = new Map<string, unknown>(Object.entries(row));
  return Object.fromEntries(
    columns.map((column) => {
      const value = values.get(column);
      return [camelCase(column), typeof value === 'number' || typeof value === 'string' ? value : textOf(value)];
    }),
  );
}
const textOf = (value: unknown): string | null => (typeof value === 'bigint' ? value.toString() : null);

/** What is kept of people, for a file of it. */
export const personRecords = {
  /** The rows of a section, by pages in the order of their ids. */
  async *section(db: Db, name: PersonSection, userId: string): AsyncGenerator<readonly PersonRecord[]> {
    const [table, columns] = sections[name];
    for (let after = ''; ;) {
      const query = db.selectFrom(table).selectAll().where('user_id', '=', userId).where('id', '>', after);
      const rows = await query.orderBy('id').limit(pageRows).execute();
      if (rows.length > 0) yield rows.map((row) => shown(row, columns));
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      after = last.id;
    }
  },

  /** Keys that they brought to providers; those of teams are the teams'. */
  async *providerKeys(db: Db, userId: string): AsyncGenerator<readonly PersonRecord[]> {
    const rows = await db
      .selectFrom('provider_keys')
      .select(providerKeyColumns)
      .where('owner_id', '=', userId)
      .where('owner_kind', '=', 'person')
      .orderBy('id')
      .execute();
    if (rows.length > 0) yield rows.map((row) => shown(row, providerKeyColumns));
  },

  /** Requests, latest first, with the address they came from. */
  async *requests(db: Db, userId: string): AsyncGenerator<readonly PersonRecord[]> {
    for (let before: string | undefined; ;) {
      let query = db.selectFrom('request_logs').select(requestColumns).select('detail').where('user_id', '=', userId);
      if (before !== undefined) query = query.where('id', '<', before);
      const rows = await query.orderBy('id', 'desc').limit(pageRows).execute();
      if (rows.length > 0) yield rows.map((row) => ({ ...shown(row, requestColumns), address: addressOf(row.detail) }));
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      before = last.id;
    }
  },

  /** Movements of a wallet, oldest first. */
  async *movements(db: Db, account: MeterId): AsyncGenerator<readonly PersonRecord[]> {
    for (let after = ''; ;) {
      const rows = await db
        .selectFrom('journal_entries')
        .innerJoin('journal_transactions', 'journal_transactions.id', 'journal_entries.transaction_id')
        .select(['transaction_id', 'at', 'kind', 'note', 'amount_nanos'])
        .where('account', '=', account)
        .where('transaction_id', '>', after)
        .orderBy('transaction_id')
        .limit(pageRows)
        .execute();
      if (rows.length > 0)
        yield rows.map((row) => shown(row, ['transaction_id', 'at', 'kind', 'note', 'amount_nanos']));
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
      after = last.transaction_id;
    }
  },

  /** What they agreed to, and whom their invoices are made out to. */
  async single(db: Db, userId: string): Promise<PersonRecord> {
    const consent = await db
      .selectFrom('users')
      .select(['terms_version', 'terms_at'])
      .where('id', '=', userId)
      .executeTakeFirst();
    const billing = await db.selectFrom('billing_details').selectAll().where('user_id', '=', userId).executeTakeFirst();
    return {
      ...shown(consent ?? {}, ['terms_version', 'terms_at']),
      ...Object.fromEntries(
        Object.entries(shown(billing ?? {}, ['name', 'address', 'country', 'tax_id', 'email'])).map(([name, value]) => [
          camelCase(`billing_${name}`),
          value,
        ]),
      ),
    };
  },
};

function addressOf(detail: string): string | null {
  const read = JSON.parse(detail) as { readonly ip?: string };
  return read.ip ?? null;
}
