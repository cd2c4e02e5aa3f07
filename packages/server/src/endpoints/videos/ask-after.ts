import { readSize, videoTokens, type VideoState } from '@tollgate/wire/ir/videos';
import { readJson } from '@tollgate/wire/json/read';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { VideoNames } from '../../providers/path.ts';
import { isOver, type AskedVideo, type MediaTask } from '../../domain/media-task.ts';
import type { Price } from '../../domain/price.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { ask } from '../../relay/send/ask.ts';
import type { Ending } from '../../relay/settle/ending.ts';
import { toldOrLost } from '../shared/detached-work.ts';
import { metered } from '../shared/metering.ts';
import { makingAccountOf, requestOf, type MakingAccount } from './account.ts';
import { usual } from './inspect.ts';
import { videoEgress } from './vendors.ts';

/** How far a video is; undefined when nobody can tell now. One that is done is done only when its file is known. */
export const askAfter = (deps: RelayDeps, task: MediaTask): Promise<VideoState | undefined> =>
  toldOrLost(deps, task.createdAt, { ask: () => read(deps, task), isOver, lost });

const lost: VideoState = {
  status: 'failed',
  failure: { code: 'video_lost', message: 'Nobody can tell what became of the video.' },
};

async function read(deps: RelayDeps, task: MediaTask): Promise<VideoState | undefined> {
  const account = makingAccountOf(deps.snapshot(), task);
  if (!account) return undefined;
  const egress = videoEgress(task.protocol);
  const asked = await json(deps, account, 'status', namesOf(task));
  // Its vendor has forgotten it, or never knew it.
  if (asked === 'unknown') return lost;
  const state = asked === undefined ? undefined : egress.readState(asked.json);
  if (state?.status !== 'completed' || state.file === undefined || !egress.readFile) return state;
  const file = await json(deps, account, 'file', { id: task.vendorId, file: state.file });
  const url = typeof file === 'object' ? egress.readFile(file.json) : undefined;
  return url === undefined ? undefined : { ...state, url };
}

/** What names a task to its vendor, and with what it is asked. */
const namesOf = ({ protocol, vendorId }: MediaTask): VideoNames & { readonly body?: JsonObject | undefined } =>
  videoEgress(protocol).ask?.(vendorId) ?? { id: vendorId };

/** A video that its vendor hands out within its answer, of one that is done; undefined when it cannot be had now. */
export async function askForContent(
  deps: RelayDeps,
  account: MakingAccount,
  task: MediaTask,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mediaType: string } | undefined> {
  const asked = await json(deps, account, 'status', namesOf(task));
  const content = typeof asked === 'object' ? videoEgress(task.protocol).readContent?.(asked.json) : undefined;
  return content && { bytes: new Uint8Array(Buffer.from(content.base64, 'base64')), mediaType: content.mediaType };
}

async function json(
  deps: RelayDeps,
  account: MakingAccount,
  what: 'status' | 'file',
  names: VideoNames & { readonly body?: JsonObject | undefined },
) {
  const { relay } = deps.snapshot().settings;
  const request = await requestOf(deps, account, what, names);
  if (!request) return undefined;
  const asked = await ask(deps, relay, request);
  if ('cause' in asked) return undefined;
  if (asked.status === 404) return 'unknown';
  if (asked.status < 200 || asked.status > 299) return undefined;
  const body = readJson(asked.body);
  return 'failure' in body ? undefined : { json: body.json };
}

/** What a video that is over is charged for: what its vendor tells of it, or what was asked for; nothing when it failed. */
export function endingOf(state: VideoState, asked: AskedVideo, price: Price | undefined): Ending {
  const failed = state.status === 'failed';
  const told = asked.seconds === undefined ? state.usage : { seconds: asked.seconds, ...state.usage };
  const { usage, estimate, doubtful } = metered(price, told, likelyOf(asked));
  const look = { size: state.size ?? asked.size, resolution: state.resolution };
  const charged = usage ?? estimate ?? {};
  return {
    status: 200,
    endReason: failed ? 'upstream_error' : 'completed',
    errorCode: failed ? 'upstream_error' : '',
    served: !failed,
    usage,
    estimate,
    doubtful,
    servedAs: { parts: [{ usage: charged, ...look }] },
    outputEstimate: 0,
  };
}

const likelyOf = ({ seconds = usual.seconds, size }: AskedVideo): Usage => ({
  seconds,
  outputText: videoTokens(readSize(size) ?? usual.size, seconds),
});
