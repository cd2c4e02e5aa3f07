import type { CostReport, DayCost } from '../account.ts';
import { objectOf } from './balances.ts';
import { itemsOf, type Item } from './listings.ts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const nextOf = ({ has_more: more, next_page: next }: Item): string | undefined =>
  more === true && typeof next === 'string' && next !== '' ? next : undefined;

const iso = (at: number): string => new Date(at).toISOString();

/** Days in a page; both vendors give less where they are not asked for more. */
const openaiDays = 180;
const anthropicDays = 31;

/**
 * The costs of an organisation at OpenAI; a line item is a model and what of it was used (`gpt-4o-2024-08-06, input`), or a tool.
 * https://platform.openai.com/docs/api-reference/usage/costs
 */
export const openaiCosts: CostReport = {
  source: 'https://platform.openai.com/docs/api-reference/usage/costs',
  keyHelp: 'An admin key (sk-admin-…) of the organisation.',
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  page: ({ from, to }, next) =>
    `https://api.openai.com/v1/organization/costs?start_time=${from / 1000}&end_time=${to / 1000}` +
    `&bucket_width=1d&group_by[]=line_item&limit=${openaiDays}${next === undefined ? '' : `&page=${encodeURIComponent(next)}`}`,
  read(body) {
    const report = objectOf(body);
    const buckets = itemsOf(report['data']);
    if (!buckets) return undefined;
    const costs: DayCost[] = [];
    for (const { start_time: start, results } of buckets) {
      if (typeof start !== 'number') return undefined;
      for (const { amount, line_item: line } of itemsOf(results) ?? []) {
        const { value, currency } = objectOf(amount);
        if (textOf(currency).toLowerCase() !== 'usd') return undefined;
        const [model = ''] = textOf(line).split(', ');
        costs.push({ day: start * 1000, model, usd: decimalOf(value) });
      }
    }
    return { costs, next: nextOf(report) };
  },
};

/**
 * The costs of an organisation at Anthropic. Amounts are cents (`"123.45"` is 1.2345 USD); what is no model's stands under its
 * description, such as code execution.
 * https://platform.claude.com/docs/en/api/admin/cost_report
 */
export const anthropicCosts: CostReport = {
  source: 'https://platform.claude.com/docs/en/api/admin/cost_report',
  keyHelp: 'An admin key (sk-ant-admin…) of the organisation.',
  headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  page: ({ from, to }, next) =>
    `https://api.anthropic.com/v1/organizations/cost_report?starting_at=${iso(from)}&ending_at=${iso(to)}` +
    `&bucket_width=1d&group_by[]=description&limit=${anthropicDays}${next === undefined ? '' : `&page=${encodeURIComponent(next)}`}`,
  read(body) {
    const report = objectOf(body);
    const buckets = itemsOf(report['data']);
    if (!buckets) return undefined;
    const costs: DayCost[] = [];
    for (const { starting_at: start, results } of buckets) {
      const day = Date.parse(textOf(start));
      if (Number.isNaN(day)) return undefined;
      for (const { amount, currency, model, description } of itemsOf(results) ?? []) {
        if (textOf(currency) !== 'USD') return undefined;
        costs.push({ day, model: textOf(model) || textOf(description), usd: `${decimalOf(amount)}e-2` });
      }
    }
    return { costs, next: nextOf(report) };
  },
};

/**
 * What was spent at OpenRouter on the last 30 complete days, by model; what went through keys of one's own is charged elsewhere,
 * and not in it. https://openrouter.ai/docs/api/api-reference/analytics/get-user-activity
 */
export const openrouterCosts: CostReport = {
  source: 'https://openrouter.ai/docs/api/api-reference/analytics/get-user-activity',
  keyHelp: 'A management key of the account.',
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  page: () => 'https://openrouter.ai/api/v1/activity',
  read(body) {
    const rows = itemsOf(objectOf(body)['data']);
    if (!rows) return undefined;
    const costs = rows.map(({ date, model, usage }) => ({
      day: Date.parse(`${textOf(date).slice(0, 10)}T00:00:00Z`),
      model: textOf(model),
      usd: decimalOf(usage),
    }));
    return costs.some(({ day }) => Number.isNaN(day)) ? undefined : { costs, next: undefined };
  },
};

/** A number or a decimal text as it stands; anything else is no decimal, and refused as such. */
const decimalOf = (value: unknown): string => (typeof value === 'number' ? String(value) : textOf(value));
