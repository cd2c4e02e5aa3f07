import { parseJson } from '@tollgate/wire/json/exact';
import { redact } from '../../domain/redact.ts';
import type { DayCost } from '../../providers/account.ts';
import { billingAccountRepository, type BillingAccount, type ProviderCost } from '../../store/billing-accounts.ts';
import type { Database } from '../../store/database.ts';
import { billingAccountContext } from '../secret-box/contexts.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import { readCostFile } from './cost-file.ts';
import { sumCosts, type Providers } from './cost-reports.ts';

export type CostDeps = {
  readonly database: Database;
  readonly secretBox: Pick<SecretBox, 'open' | 'knows' | 'reload'>;
  readonly providers: Providers;
  /** Asks a provider, under the guard for what is outside. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
};

export const dayMs = 86_400_000;
/** As far back as every provider tells. */
const daysRead = 30;
/** A day is read once it has been over for so long: providers need a while to sum it up. */
const settledMs = 6 * 3_600_000;
/** Beyond any honest report. */
const mostPages = 50;

/** The start of the day (UTC) that holds a moment. */
export const dayOf = (at: number): number => at - (at % dayMs);

/** Reads what a provider charged lately, and keeps it; a failure is noted, and leaves what is known. Throws only for the database. */
export async function readCosts(deps: CostDeps, account: BillingAccount, signal?: AbortSignal): Promise<void> {
  const { database, now } = deps;
  const to = dayOf(now() - settledMs);
  const range = { from: to - daysRead * dayMs, to };
  const read = await askAll(deps, account, range, signal);
  if (typeof read === 'string') {
    await billingAccountRepository.noteReading(database.db, account.id, now(), read);
    return;
  }
  const days = Array.from({ length: daysRead }, (_, index) => range.from + index * dayMs);
  // A day that cost nothing is known too: it has a row without a model.
  const marks = days.map((day) => ({ day, model: '', amount: 0n }));
  const within = read.filter(({ day }) => day >= range.from && day < range.to);
  const named = new Set(within.filter(({ model }) => model === '').map(({ day }) => day));
  await billingAccountRepository.replaceCosts(
    database,
    account.id,
    days,
    [...within, ...marks.filter(({ day }) => !named.has(day))],
    now(),
  );
}

/** All pages of a report, or why it cannot be had. */
async function askAll(
  deps: CostDeps,
  account: BillingAccount,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal | undefined,
): Promise<readonly ProviderCost[] | string> {
  const known = deps.providers.get(account.provider);
  if (known?.costReport === undefined || account.sealed === undefined) return 'There is nothing that could be read.';
  const { label, costReport: report } = known;
  if (!deps.secretBox.knows(account.sealed)) await deps.secretBox.reload();
  const key = deps.secretBox.open(account.sealed, billingAccountContext(account.id));
  const costs: DayCost[] = [];
  let next: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const asked = await ask(deps, report.page(range, next), report.headers(key), signal);
    if ('problem' in asked) return redact(`${label} ${asked.problem}`, [key]);
    const read = report.read(asked.json);
    if (read === undefined) return `${label} did not answer with a report of costs in USD.`;
    costs.push(...read.costs);
    if (read.next === undefined) return sumCosts(costs) ?? `${label} named an amount that is no number.`;
    next = read.next;
  }
  return `${label} has more than ${mostPages} pages.`;
}

async function ask(
  { fetch }: CostDeps,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<{ readonly json: unknown } | { readonly problem: string }> {
  try {
    const response = await fetch(url, { headers, redirect: 'error', ...(signal && { signal }) });
    const text = await response.text();
    if (!response.ok) return { problem: `answered with status ${response.status}: ${text.slice(0, 200)}` };
    const json = parseJson(text);
    return json === undefined ? { problem: 'did not answer in JSON.' } : { json };
  } catch (error) {
    return { problem: `could not be asked: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Takes what an uploaded invoice charges in place of what is known of its days: all of it, or nothing. */
export async function takeCostFile(
  { database, now }: Pick<CostDeps, 'database' | 'now'>,
  accountId: string,
  csv: string,
): Promise<{ readonly days: number; readonly rows: number; readonly amountNanos: string }> {
  const costs = sumCosts(readCostFile(csv)) ?? [];
  const days = [...new Set(costs.map(({ day }) => day))];
  await billingAccountRepository.replaceCosts(database, accountId, days, costs, now());
  const amount = costs.reduce((all, cost) => all + cost.amount, 0n);
  return { days: days.length, rows: costs.length, amountNanos: amount.toString() };
}
