import { entered, type SchemaField } from '../../../components/provider/schema-fields.ts';

/** An account as it is sent: fields of the provider's credential. */
export type AccountEntry = Readonly<Record<string, string>>;

export type ReadAccounts = {
  readonly accounts: readonly AccountEntry[];
  /** Numbers of the lines that are none, from 1. */
  readonly wrong: readonly number[];
};

/** What is at the top when accounts of several fields are written one a line, such as `{"accessKeyId":"…"}`. */
export const sampleLine = (fields: readonly SchemaField[]): string =>
  JSON.stringify(Object.fromEntries(fields.filter(({ required }) => required).map(({ name }) => [name, '…'])));

/** The field that alone makes an account; undefined where one needs several. */
export function loneField(fields: readonly SchemaField[]): SchemaField | undefined {
  const required = fields.filter((field) => field.required);
  const secrets = fields.filter(({ kind }) => kind === 'secret');
  if (required.length > 1) return undefined;
  return required[0] ?? (secrets.length === 1 ? secrets[0] : undefined);
}

/**
 * Accounts, one a line: the key itself where one field makes an account, else a JSON object of the fields. Empty lines say
 * nothing, a line that was there before is no second account.
 */
export function readAccounts(text: string, fields: readonly SchemaField[]): ReadAccounts {
  const lone = loneField(fields);
  const lines = text.split(/\r?\n/u).map((line, at) => ({ line: line.trim(), number: at + 1 }));
  const seen = new Set<string>();
  const accounts: AccountEntry[] = [];
  const wrong: number[] = [];
  for (const { line, number } of lines) {
    if (line === '' || seen.has(line)) continue;
    seen.add(line);
    const account = line.startsWith('{') ? fieldsOfLine(line, fields) : lone && { [lone.name]: line };
    if (account === undefined) wrong.push(number);
    else accounts.push(account);
  }
  return { accounts, wrong };
}

function fieldsOfLine(line: string, fields: readonly SchemaField[]): AccountEntry | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined;
  const names = new Set(fields.map(({ name }) => name));
  const entries = Object.entries(read).map(([name, value]): readonly [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return entries.length > 0 && entries.every(([name]) => names.has(name)) ? Object.fromEntries(entries) : undefined;
}

/** One account of what was entered into its fields, as texts. */
export const oneAccount = (fields: readonly SchemaField[], values: Readonly<Record<string, string>>): AccountEntry =>
  Object.fromEntries(
    Object.entries(entered(fields, values)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
