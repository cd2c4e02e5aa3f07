import type { RequestView } from '@tollgate/contract/api/requests';
import { formatUsd, nanos } from '../../domain/money.ts';
import type { StoredExport } from '../../store/exports.ts';

/** How a file of requests is written. */
type Format = {
  readonly contentType: 'text/csv' | 'application/x-ndjson';
  readonly head: string;
  line(request: RequestView): string;
};

const columns: readonly (readonly [name: string, value: (request: RequestView) => string | number | boolean | null])[] =
  [
    ['id', (one) => one.id],
    ['time', (one) => new Date(one.at).toISOString()],
    ['user_id', (one) => one.userId],
    ['user', (one) => one.userName],
    ['key_id', (one) => one.keyId],
    ['key', (one) => one.keyName],
    ['group', (one) => one.group],
    ['endpoint', (one) => `${one.protocol}/${one.operation}`],
    ['model', (one) => one.model],
    ['model_served', (one) => one.modelServed],
    ['channel_id', (one) => one.channelId],
    ['stream', (one) => one.stream],
    ['status', (one) => one.status],
    ['error', (one) => one.errorCode],
    ['end', (one) => one.endReason],
    ['attempts', (one) => one.attemptCount],
    ['input_tokens', (one) => one.inputTokens],
    ['output_tokens', (one) => one.outputTokens],
    ['cache_read_tokens', (one) => one.usage['cacheRead'] ?? 0],
    ['cost_usd', (one) => formatUsd(nanos(BigInt(one.amountNanos)))],
    ['ttft_ms', (one) => one.ttftMs],
    ['total_ms', (one) => one.totalMs],
    ['client_ip', (one) => one.clientIp],
    ['usage_source', (one) => one.usageSource],
    ['model_answered', (one) => one.modelAnswered],
  ];

/** A cell (RFC 4180). Spreadsheets run what begins like a formula, and models' names are what clients wrote. */
function cell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line of CSV; of the last `numbers` cells a sign is no formula. */
export const csvLine = (cells: readonly (string | number | boolean | null)[], numbers = 0): string =>
  `${cells.map((one, index) => (index >= cells.length - numbers ? String(one) : cell(one))).join(',')}\r\n`;

export const exportFormats: Readonly<Record<Exclude<StoredExport['format'], 'account'>, Format>> = {
  csv: {
    contentType: 'text/csv',
    head: csvLine(columns.map(([name]) => name)),
    line: (request) => csvLine(columns.map(([, value]) => value(request))),
  },
  jsonl: { contentType: 'application/x-ndjson', head: '', line: (request) => `${JSON.stringify(request)}\n` },
};
