import { requestIdFloor } from '../../domain/record.ts';
import { parseUsd } from '../../domain/money.ts';
import type { LogFilters, LoggedRequest } from '../../store/request-log.ts';

/** Filters of the request log as clients give them. Moments are ms since the epoch. */
export type AskedFilters = {
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly channelId?: string | undefined;
  readonly failed?: boolean | undefined;
  /** `429` or `5xx`. */
  readonly status?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly stream?: boolean | undefined;
  readonly minCostUsd?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

const dayMs = 86_400_000;
/** What no index leads to is looked for no further back, unless a range says so. */
const unledMs = 7 * dayMs;

/** The filters as the store takes them. */
export function logFilters({ status, minCostUsd, from, to, ...asked }: AskedFilters, now: number): LogFilters {
  const unled = [status, asked.errorCode, asked.stream, minCostUsd].some((one) => one !== undefined);
  const since = from ?? (unled ? (to ?? now) - unledMs : undefined);
  return {
    ...asked,
    status: status === undefined ? undefined : statusRange(status),
    minCost: minCostUsd === undefined ? undefined : parseUsd(minCostUsd),
    fromId: since === undefined ? undefined : requestIdFloor(since),
    toId: to === undefined ? undefined : requestIdFloor(to),
  };
}

function statusRange(text: string): readonly [number, number] {
  if (!text.endsWith('xx')) return [Number(text), Number(text)];
  const first = Number(text.slice(0, 1)) * 100;
  return [first, first + 99];
}

/** Whether a request is one of those; for what is not asked of the database. */
export function matches(request: LoggedRequest, filters: LogFilters): boolean {
  const { status, minCost, failed } = filters;
  const same = (wanted: unknown, is: unknown): boolean => wanted === undefined || wanted === is;
  return (
    same(filters.userId, request.userId) &&
    same(filters.keyId, request.keyId) &&
    same(filters.model, request.model) &&
    same(filters.channelId, request.channelId) &&
    same(filters.errorCode, request.errorCode) &&
    same(filters.stream, request.stream) &&
    same(failed, request.status >= 400 || request.errorCode !== '') &&
    (status === undefined || (request.status >= status[0] && request.status <= status[1])) &&
    (minCost === undefined || request.amount >= minCost)
  );
}
