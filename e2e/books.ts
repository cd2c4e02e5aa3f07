import { SQL } from 'bun';
import type { Gateway } from './gateway.ts';

/** A charge as the books have it. */
export type BookedCharge = {
  readonly requestId: string;
  readonly amount: bigint;
  readonly usage: Readonly<Record<string, number>>;
  readonly source: string;
};

/** A row of the request log. */
export type LoggedRequest = {
  readonly id: string;
  readonly model: string;
  readonly status: number;
  readonly errorCode: string;
  readonly amount: bigint;
  readonly stream: boolean;
  readonly detail: string;
};

/** The main database of a gateway, read beside it with a driver that is not the gateway's. */
export type Books = {
  charges(): Promise<readonly BookedCharge[]>;
  requests(): Promise<readonly LoggedRequest[]>;
  /** Everything ever credited minus everything spent. */
  balance(userId: string): Promise<bigint>;
  /** Sum of what gateways hold of a wallet. */
  leased(userId: string): Promise<bigint>;
  /** Every row of every table as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
};

/** Opens the books of a gateway; `databaseUrl` as it was started with. */
export function openBooks(gateway: Pick<Gateway, 'dataDir'>, databaseUrl: string | undefined): Books {
  const kind = databaseUrl === undefined ? 'sqlite' : databaseUrl.startsWith('postgres') ? 'postgres' : 'mysql';
  const sql =
    databaseUrl === undefined
      ? new SQL({ adapter: 'sqlite', filename: `${gateway.dataDir}/tollgate.db`, readonly: true })
      : new SQL({ url: databaseUrl, max: 1 });
  const text = kind === 'mysql' ? 'char' : 'text';
  const rowsOf = async (query: string): Promise<readonly Row[]> => (await sql.unsafe(query)) as readonly Row[];
  const meter = async (userId: string): Promise<{ readonly balance: bigint; readonly leased: bigint }> => {
    const [row] = await rowsOf(
      `select cast(limit_nanos - spent_nanos as ${text}) as balance, cast(leased_nanos as ${text}) as leased
       from meters where id = 'wallet:${userId}'`,
    );
    return { balance: BigInt(asText(row?.['balance'] ?? '0')), leased: BigInt(asText(row?.['leased'] ?? '0')) };
  };
  return {
    charges: async () =>
      (
        await rowsOf(
          `select request_id, cast(amount_nanos as ${text}) as amount, usage_json, source from charges order by request_id`,
        )
      ).map((row) => ({
        requestId: String(row['request_id']),
        amount: BigInt(String(row['amount'])),
        usage: JSON.parse(String(row['usage_json'])) as Readonly<Record<string, number>>,
        source: String(row['source']),
      })),
    requests: async () =>
      (
        await rowsOf(
          `select id, model, status, error_code, cast(amount_nanos as ${text}) as amount, stream, detail from request_logs order by id`,
        )
      ).map((row) => ({
        id: String(row['id']),
        model: String(row['model']),
        status: Number(row['status']),
        errorCode: String(row['error_code']),
        amount: BigInt(String(row['amount'])),
        stream: Number(row['stream']) === 1,
        detail: String(row['detail']),
      })),
    balance: async (userId) => (await meter(userId)).balance,
    leased: async (userId) => (await meter(userId)).leased,
    dump: async () => {
      const tables = await rowsOf(
        kind === 'sqlite'
          ? `select name from sqlite_master where type = 'table'`
          : `select table_name as name from information_schema.tables where table_schema = ${kind === 'mysql' ? 'database()' : 'current_schema()'}`,
      );
      let all = '';
      for (const table of tables) {
        const name = String(table['name']);
        const rows = await rowsOf(`select * from ${kind === 'mysql' ? `\`${name}\`` : `"${name}"`}`);
        all += `${name}\n${rows.map((row) => Object.values(row).map(asText).join('\t')).join('\n')}\n`;
      }
      return all;
    },
    close: async () => {
      await sql.close();
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
