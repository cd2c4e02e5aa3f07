import { requestIdFloor } from '../../domain/record.ts';
import { parseUsd } from '../../domain/money.ts';
import { isPattern, readsLike } from '../../domain/text-pattern.ts';
import type { LogFilters, LoggedRequest } from '../../store/request-log.ts';

/** Filters of the request log as clients give them. Moments are ms since the epoch. */
export type AskedFilters = {
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  /** Any of these. */
  readonly keyIds?: readonly string[] | undefined;
  /** In which `*` stands for any text. */
  readonly model?: string | undefined;
  readonly channelId?: string | undefined;
  /** Any of these. */
  readonly channelIds?: readonly string[] | undefined;
  readonly group?: string | undefined;
  /** Protocol and operation, `openai-chat/chat`. */
  readonly endpoint?: string | undefined;
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
export function logFilters(
  { status, minCostUsd, from, to, endpoint, ...asked }: AskedFilters,
  now: number,
): LogFilters {
  const { errorCode, stream, group, channelIds } = asked;
  const unled =
    [status, errorCode, stream, minCostUsd, group, endpoint, channelIds].some((one) => one !== undefined) ||
    isPattern(asked.model ?? '');
  const since = from ?? (unled ? (to ?? now) - unledMs : undefined);
  return {
    ...asked,
    ...(endpoint !== undefined && partsOf(endpoint)),
    status: status === undefined ? undefined : statusRange(status),
    minCost: minCostUsd === undefined ? undefined : parseUsd(minCostUsd),
    fromId: since === undefined ? undefined : requestIdFloor(since),
    toId: to === undefined ? undefined : requestIdFloor(to),
  };
}

/** An endpoint as the log has it: `openai-chat/chat` is a protocol and an operation. */
function partsOf(endpoint: string): { readonly protocol: string; readonly operation: string } {
  const [protocol = '', ...operation] = endpoint.split('/');
  return { protocol, operation: operation.join('/') };
}

function statusRange(text: string): readonly [number, number] {
  if (!text.endsWith('xx')) return [Number(text), Number(text)];
  const first = Number(text.slice(0, 1)) * 100;
  return [first, first + 99];
}

/** Whether a request is one of those; for what is not asked of the database. */
export function matches(request: LoggedRequest, filters: LogFilters): boolean {
  const { status, minCost, failed, model } = filters;
  const same = (wanted: unknown, is: unknown): boolean => wanted === undefined || wanted === is;
  return (
    same(filters.userId, request.userId) &&
    same(filters.keyId, request.keyId) &&
    (filters.keyIds === undefined || filters.keyIds.includes(request.keyId)) &&
    (model === undefined || (isPattern(model) ? readsLike(request.model, model) : model === request.model)) &&
    same(filters.channelId, request.channelId) &&
    (filters.channelIds === undefined || filters.channelIds.includes(request.channelId)) &&
    same(filters.group, request.group) &&
    same(filters.protocol, request.protocol) &&
    same(filters.operation, request.operation) &&
    same(filters.errorCode, request.errorCode) &&
    same(filters.stream, request.stream) &&
    same(failed, request.status >= 400 || request.errorCode !== '') &&
    (status === undefined || (request.status >= status[0] && request.status <= status[1])) &&
    (minCost === undefined || request.amount >= minCost)
  );
}
