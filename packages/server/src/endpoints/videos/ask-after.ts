import { pollingOf, type Polling } from '@tollgate/contract/settings/polling';
import { readSize, videoTokens, type TaskEgress, type VideoState } from '@tollgate/wire/ir/videos';
import type { Json } from '@tollgate/wire/protocol';
import { readJson } from '@tollgate/wire/json/read';
import type { Usage } from '@tollgate/wire/ir/usage';
import { cancelledFailure, isOver, type AskedVideo, type MediaTask } from '../../domain/media-task.ts';
import type { Price } from '../../domain/price.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { ask } from '../../relay/send/ask.ts';
import type { Ending } from '../../relay/settle/ending.ts';
import { toldOrLost } from '../shared/detached-work.ts';
import { metered } from '../shared/metering.ts';
import { makingAccountOf } from './account.ts';
import { requestOf, type MakingAccount, type Names } from '../shared/task-requests.ts';
import { usual } from './inspect.ts';
import { askTogether } from './ask-together.ts';
import { takeTurns, type Turns } from '../../services/take-turns.ts';
import { taskEgress } from './vendors.ts';

/** Of an account that answers slowly so many questions wait for each that is put: the places of a process are for all accounts. */
const waitingForEach = 4;

/**
 * How far a video is; undefined when nobody can tell now, or too many others ask its account. One that is done is done only when its
 * file is known. With `patient` it is asked however many do.
 */
export const askAfter = (deps: RelayDeps, task: MediaTask, patient = false): Promise<VideoState | undefined> =>
  toldOrLost(deps, task.createdAt, { ask: () => read(deps, task, patient), isOver, lost }).then((state) =>
    task.kind === 'drawing' && deps.clock.now() - task.createdAt > longestDrawingMs && !(state && isOver(state))
      ? lost
      : state && givenUp(task, state),
  );

/** One that its owner gave up is not said to be lost, or to have failed. */
const givenUp = ({ cancelledAt }: MediaTask, state: VideoState): VideoState =>
  cancelledAt !== undefined && state.status === 'failed' ? { ...state, failure: cancelledFailure } : state;

/** Midjourney has forgotten by then what it did not draw. */
const longestDrawingMs = 3_600_000;

const lost: VideoState = {
  status: 'failed',
  failure: { code: 'video_lost', message: 'Nobody can tell what became of it.' },
};

async function read(deps: RelayDeps, task: MediaTask, patient: boolean): Promise<VideoState | undefined> {
  const account = makingAccountOf(deps.snapshot(), task);
  if (!account) return undefined;
  const egress = taskEgress(task.protocol);
  const { atOnce } = pollingFor(deps, account);
  const turns = { most: atOnce, queue: patient ? Infinity : atOnce * waitingForEach };
  const asked = egress.batch
    ? await askAmong(deps, account, task, egress.batch, turns)
    : await inTurn(accountOf(account), turns, () => json(deps, account, 'status', namesOf(task)));
  // Its vendor has forgotten it, or never knew it.
  if (asked === 'unknown') return lost;
  const state = asked === undefined ? undefined : egress.readState(asked.json);
  if (state?.status !== 'completed' || state.file === undefined || !egress.readFile) return state;
  const file = await json(deps, account, 'file', { id: task.vendorId, file: state.file });
  const url = typeof file === 'object' ? egress.readFile(file.json) : undefined;
  return url === undefined ? undefined : { ...state, url };
}

/** What names a task to its vendor, and with what it is asked. */
export const namesOf = ({ protocol, vendorId }: MediaTask): Names =>
  taskEgress(protocol).ask?.(vendorId) ?? { id: vendorId };

const together = askTogether<{ readonly said: Said; readonly isListed: boolean } | undefined>();

/** No account is asked more questions at once than it may be, however many tasks are due. */
const inTurn = takeTurns();

const pollingFor = (deps: RelayDeps, { target }: MakingAccount): Polling =>
  pollingOf(deps.snapshot().settings.media.polling, target.channel.provider.id);

/** How long it is at most until a task is asked after again, in ms; undefined when its account is gone. */
export function longestWaitMs(deps: RelayDeps, task: MediaTask): number | undefined {
  const account = makingAccountOf(deps.snapshot(), task);
  if (!account) return undefined;
  const { everyMs } = pollingFor(deps, account);
  const { calledEveryMs } = deps.snapshot().settings.media.polling;
  return task.asked.called === undefined ? everyMs : Math.max(everyMs, calledEveryMs);
}

/** Asks after a task with the others of its account. */
async function askAmong(
  deps: RelayDeps,
  account: MakingAccount,
  { vendorId }: MediaTask,
  batch: NonNullable<TaskEgress['batch']>,
  turns: Turns,
): Promise<Said> {
  // Where an account is asked for several kinds, each has its own dialect.
  const hasList = account.dialect.videos?.list !== undefined;
  const answer = await together(accountOf(account), vendorId, (names) =>
    inTurn(accountOf(account), turns, async () => {
      // Whoever has a list is still asked after a single one by its name.
      const isListed = hasList && names.length > 1;
      const said = isListed
        ? await json(deps, account, 'list', { id: '', query: batch.query?.(names) })
        : await json(deps, account, 'status', { id: names[0] ?? '', body: batch.body?.(names) });
      return { said, isListed };
    }),
  );
  if (answer === undefined) return undefined;
  const { said, isListed } = answer;
  const one = typeof said === 'object' ? batch.pick(said.json, vendorId) : undefined;
  if (one !== undefined) return { json: one };
  if (hasList && !isListed) return said === 'unknown' ? said : undefined;
  // What a list leaves out may be too old for it, or be known to nobody; a server that only looks like its vendor may have none.
  return isListed && said !== undefined
    ? await inTurn(accountOf(account), turns, () => json(deps, account, 'status', { id: vendorId }))
    : undefined;
}

const accounts = new WeakMap<object, WeakMap<object, object>>();

/** One object for each account and dialect. */
function accountOf({ target, dialect }: MakingAccount): object {
  let known = accounts.get(target.credential);
  if (!known) accounts.set(target.credential, (known = new WeakMap()));
  let account = known.get(dialect);
  if (!account) known.set(dialect, (account = {}));
  return account;
}

/** What a vendor answered: what it says, that it does not know the task, or nothing that is understood. */
type Said = { readonly json: Json } | 'unknown' | undefined;

/** A video that its vendor hands out within its answer, of one that is done; undefined when it cannot be had now. */
export async function askForContent(
  deps: RelayDeps,
  account: MakingAccount,
  task: MediaTask,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mediaType: string } | undefined> {
  const asked = await json(deps, account, 'status', namesOf(task));
  const content = typeof asked === 'object' ? taskEgress(task.protocol).readContent?.(asked.json) : undefined;
  return content && { bytes: new Uint8Array(Buffer.from(content.base64, 'base64')), mediaType: content.mediaType };
}

async function json(
  deps: RelayDeps,
  account: MakingAccount,
  what: 'status' | 'list' | 'file',
  names: Names,
): Promise<Said> {
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

/** What a task that is over is charged for: what its vendor tells of it, or what was asked for; nothing when it failed. */
export function endingOf(
  state: VideoState,
  { kind, asked }: Pick<MediaTask, 'kind' | 'asked'>,
  price: Price | undefined,
): Ending {
  const failed = state.status === 'failed';
  const told = asked.seconds === undefined ? state.usage : { seconds: asked.seconds, ...state.usage };
  const { usage, estimate, doubtful } = metered(price, told, kind === 'video' ? likelyOf(asked) : { requests: 1 });
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
    servedAs: { tier: asked.mode, parts: [{ usage: charged, ...look }] },
    outputEstimate: 0,
  };
}

const likelyOf = ({ seconds = usual.seconds, size }: AskedVideo): Usage => ({
  seconds,
  outputText: videoTokens(readSize(size) ?? usual.size, seconds),
});
