import type { JsonObject } from '@tollgate/wire/protocol';
import type { Channel, Credential } from '../../domain/snapshot.ts';
import type { Dialect, VideoVariant } from '../../providers/define.ts';
import { fillVideoPath, type Path } from '../../providers/path.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { pathAt, prepare } from '../../relay/plan/targets.ts';
import { authenticate } from '../../relay/send/authenticate.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';

const encoder = new TextEncoder();

/** The account that makes something that is asked after. */
export type MakingAccount = {
  readonly target: { readonly channel: Channel; readonly credential: Credential };
  readonly dialect: Dialect;
};

/** What a question is put with. */
export type Names = {
  readonly id: string;
  readonly file?: string | undefined;
  readonly body?: JsonObject | undefined;
  /** What follows the path's own query. */
  readonly query?: string | undefined;
};

type Asked = 'status' | 'list' | 'content' | 'file' | 'seed' | 'search' | 'cancel' | VideoVariant;

function templateOf({ videos }: Dialect, what: Asked): Path | undefined {
  if (what === 'thumbnail' || what === 'spritesheet') return videos?.variants?.[what];
  return what === 'cancel' ? videos?.cancel?.path : videos?.[what];
}

/**
 * Asks the account after something of its own (`status`), for its bytes (`content`) or pictures of it, where its file lies (`file`), for
 * one without a name (`search`), or to give it up.
 */
export function requestOf(
  deps: RelayDeps,
  { target, dialect }: MakingAccount,
  what: Asked,
  names: Names,
  headers: Readonly<Record<string, string>> = {},
): UpstreamRequest | Promise<UpstreamRequest> | undefined {
  const { channel, credential } = target;
  const prepared = prepare(channel, credential);
  const cancel = what === 'cancel' ? dialect.videos?.cancel : undefined;
  const template = templateOf(dialect, what);
  const path = template && fillVideoPath(template, prepared.settings, names);
  if (path === undefined) return undefined;
  return authenticate(deps, target, {
    origin: prepared.origin,
    method: cancel?.method ?? (names.body ? 'POST' : 'GET'),
    path: pathAt(prepared, names.query === undefined ? path : `${path}&${names.query}`),
    headers: { ...prepared.headers, ...headers },
    body: names.body && encoder.encode(JSON.stringify(names.body)),
    connectTimeoutMs: channel.timeouts.connectMs ?? deps.snapshot().settings.relay.connectTimeoutMs,
  });
}
