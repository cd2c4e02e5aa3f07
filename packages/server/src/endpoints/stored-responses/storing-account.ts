import type { ProtocolId } from '@tollgate/wire/protocol';
import { channelById, type Channel, type Credential, type Snapshot } from '../../domain/snapshot.ts';
import type { Dialect } from '../../providers/define.ts';
import { pathFor } from '../../providers/path.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { pathAt, prepare } from '../../relay/plan/targets.ts';
import { authenticate } from '../../relay/send/authenticate.ts';

/** What can be done with an answer that its provider keeps. */
export type StoredAction = 'read' | 'delete' | 'cancel' | 'input_items';

/** The account that keeps an answer, and the path of all its answers. */
export type StoringAccount = {
  readonly target: { readonly channel: Channel; readonly credential: Credential };
  readonly dialect: Dialect;
  readonly path: string;
};

/** Undefined when the account is gone, switched off, or is no longer asked by this protocol. */
export function storingAccountOf(
  snapshot: Snapshot,
  protocol: ProtocolId,
  account: AccountRef,
): StoringAccount | undefined {
  const channel = channelById(snapshot, account.channelId);
  const credential = channel?.credentials.find((one) => one.index === account.credential);
  if (!channel?.enabled || !credential?.enabled) return undefined;
  const dialect = channel.provider.dialects.find((one) => one.protocol === protocol && one.stored);
  const path = dialect && pathFor(dialect, 'chat', { model: '', settings: channel.settings });
  return dialect && path !== undefined ? { target: { channel, credential }, dialect, path } : undefined;
}

const methods = { read: 'GET', delete: 'DELETE', cancel: 'POST', input_items: 'GET' } as const;

/** The request that does something with one answer. */
export function requestTo(
  deps: RelayDeps,
  { target, path }: StoringAccount,
  action: StoredAction,
  id: string,
  query: URLSearchParams,
  connectTimeoutMs: number,
): UpstreamRequest | Promise<UpstreamRequest> {
  const prepared = prepare(target.channel, target.credential);
  const { origin, headers } = prepared;
  const below = pathAt(prepared, pathBelow(path, id, action, query));
  return authenticate(deps, target, {
    origin,
    method: methods[action],
    path: below,
    headers,
    body: undefined,
    connectTimeoutMs,
  });
}

/** Where one answer is below the path of all; a path may have a query of its own (Azure's version). */
function pathBelow(path: string, id: string, action: StoredAction, query: URLSearchParams): string {
  const [base = '', own = ''] = path.split('?');
  const all = new URLSearchParams([...query, ...new URLSearchParams(own)]);
  const tail = all.size > 0 ? `?${all}` : '';
  return `${base}/${encodeURIComponent(id)}${belowOf(action)}${tail}`;
}

/** What stands behind an answer's id, for what is done with it. */
export const belowOf = (action: StoredAction): string =>
  action === 'cancel' || action === 'input_items' ? `/${action}` : '';
