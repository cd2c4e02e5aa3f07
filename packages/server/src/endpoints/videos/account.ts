import type { MediaTask } from '../../domain/media-task.ts';
import type { Channel, Credential, Snapshot } from '../../domain/snapshot.ts';
import type { Dialect, VideoVariant } from '../../providers/define.ts';
import { fillVideoPath, type Path } from '../../providers/path.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { pathAt, prepare } from '../../relay/plan/targets.ts';
import { authenticate } from '../../relay/send/authenticate.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import type { Names } from './ask-together.ts';

const encoder = new TextEncoder();

/** The account that makes a video. */
export type MakingAccount = {
  readonly target: { readonly channel: Channel; readonly credential: Credential };
  readonly dialect: Dialect;
};

/**
 * Undefined when the account is gone, or is no longer asked by this protocol. One that was taken out of use is still asked after
 * what it has begun.
 */
export function makingAccountOf(
  snapshot: Snapshot,
  { channelId, credential: index, protocol }: Pick<MediaTask, 'channelId' | 'credential' | 'protocol'>,
): MakingAccount | undefined {
  const channel = snapshot.channels.get(channelId);
  const credential = channel?.credentials.find((one) => one.index === index);
  const dialect = channel?.provider.dialects.find((one) => one.protocol === protocol && one.videos);
  return channel && credential && dialect && { target: { channel, credential }, dialect };
}

/** Whether the account that made a video hands out a picture of it, too. */
export const handsOutPictures = (snapshot: Snapshot, task: MediaTask): boolean =>
  makingAccountOf(snapshot, task)?.dialect.videos?.variants !== undefined;

type Asked = 'status' | 'list' | 'content' | 'file' | 'seed' | 'search' | 'cancel' | VideoVariant;

function templateOf({ videos }: Dialect, what: Asked): Path | undefined {
  if (what === 'thumbnail' || what === 'spritesheet') return videos?.variants?.[what];
  return what === 'cancel' ? videos?.cancel?.path : videos?.[what];
}

/**
 * Asks the account after a video of its own (`status`), for its bytes (`content`) or pictures of it, where its file lies (`file`), for
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
