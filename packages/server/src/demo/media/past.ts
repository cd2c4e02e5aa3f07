import type { VideoState } from '@tollgate/wire/ir/videos';
import { planDebits } from '../../domain/debits.ts';
import { cancelledFailure, type KeptFile, type MediaTask, type TaskStep } from '../../domain/media-task.ts';
import { nanos } from '../../domain/money.ts';
import { multiplierOne } from '../../domain/price.ts';
import { quote } from '../../domain/quote.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { openResultStore, type ResultStore } from '../../services/media/results/result-store.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import type { Deed } from '../month.ts';
import type { Company } from '../settle-in.ts';
import type { Stage } from '../stage.ts';
import type { DemoChannel, DemoKey } from '../traffic.ts';
import { demoFilm, drawScene, playTune, type MadeFile } from './art.ts';
import { pieces, type CastPiece } from './cast.ts';

const keptForMs = 30 * 86_400_000;

/** What was drawn, played and filmed in the month, as the gateway would have kept it; `spend` is told what it cost. */
export function mediaDeeds(stage: Stage, company: Company, spend: (record: RequestRecord) => void): readonly Deed[] {
  const { snapshots, environment } = stage.foundation;
  const results = openResultStore(() => snapshots.current().settings.media.results, environment.dataDir);
  return pieces.map((piece, index) => ({
    daysAgo: piece.daysAgo,
    run: async () => {
      const made = beginning(stage, company, piece);
      const files = piece.end === undefined ? await keep(results, made, { piece, index }) : [];
      await writeDown(stage, made, { piece, files, spend });
    },
  }));
}

/** A piece as it was begun, with who asked and who makes it. */
type Beginning = { readonly task: MediaTask; readonly key: DemoKey; readonly channel: DemoChannel };

function beginning(stage: Stage, { keys, members, channels }: Company, piece: CastPiece): Beginning {
  const { medium, prompt, seconds, who } = piece;
  const userId = members[who]?.user.id;
  const key = keys.find((one) => one.userId === userId && one.models === undefined);
  const channel = channels.find(({ input }) => input.name === medium.channel);
  if (!key || !channel) throw new Error(`nobody makes “${prompt}”`);
  const name = stage.newId();
  const at = stage.at();
  const task: MediaTask = {
    id: `${medium.prefix}_${name}`,
    requestId: `req_${name}`,
    userId: key.userId,
    keyId: key.id,
    kind: medium.kind,
    model: medium.model,
    channelId: channel.id,
    credential: 0,
    protocol: medium.protocol,
    vendorId: medium.protocol === 'kling' ? `text2video/demo-${name}` : `demo-${name}`,
    submitter: undefined,
    asked: {
      prompt,
      seconds,
      size: seconds === undefined ? undefined : '1280x720',
      action: medium.action,
      secret: secretOf(stage),
    },
    state: { status: 'queued', progress: 0 },
    createdAt: at,
    updatedAt: at,
    finishedAt: undefined,
    files: [],
    history: [{ what: 'submitted', at }],
    cancelledAt: undefined,
  };
  return { task, key, channel };
}

/** Of the stage's own dice: the same seed makes the same addresses. */
function secretOf({ accounts }: Stage): string {
  const bytes = new Uint8Array(16);
  accounts.randomBytes(bytes);
  return Buffer.from(bytes).toString('hex');
}

const extensions: Readonly<Record<string, string>> = {
  'image/webp': 'webp',
  'audio/wav': 'wav',
  'video/mp4': 'mp4',
};

/** Films and music have a picture beside them. */
async function keep(
  results: ResultStore,
  { task }: Beginning,
  { piece, index }: { readonly piece: CastPiece; readonly index: number },
): Promise<readonly KeptFile[]> {
  const { kind } = piece.medium;
  const picture = await drawScene(index);
  const made: readonly MadeFile[] =
    kind === 'drawing' ? [picture] : [kind === 'music' ? playTune(index) : demoFilm(), picture];
  const month = new Date(task.createdAt).toISOString().slice(0, 7);
  return await Promise.all(
    made.map(async ({ mediaType, bytes }, place) => {
      const name = `${month}/${task.id}-${place}.${extensions[mediaType] ?? 'bin'}`;
      return { index: place, mediaType, ...(await results.write(name, mediaType, new Blob([bytes]).stream())) };
    }),
  );
}

/** `at` is when it ended; undefined while it has not. */
type Ended = Pick<MediaTask, 'state' | 'history'> & { readonly at: number | undefined };

/** How it went: nothing is known of where files lay that are kept here. */
function endOf({ createdAt }: MediaTask, { end, medium, seconds = 0 }: CastPiece, tookMs: number): Ended {
  const place = (name: string): string => `https://results.demo.invalid/${name}`;
  const steps = (...more: readonly TaskStep[]): readonly TaskStep[] => [
    { what: 'submitted', at: createdAt },
    { what: 'queued', at: createdAt + 1500 },
    { what: 'in_progress', progress: 10, at: createdAt + Math.round(tookMs * 0.2) },
    ...more,
  ];
  const at = createdAt + tookMs;
  if (end === 'silent') return { state: { status: 'in_progress', progress: 10 }, history: steps(), at: undefined };
  if (end !== undefined) {
    const failure =
      end === 'cancelled'
        ? cancelledFailure
        : { code: '1301', message: 'The prompt names characters that are protected. It costs nothing.' };
    return { state: { status: 'failed', failure }, history: steps({ what: 'failed', at }), at };
  }
  const state: VideoState = {
    status: 'completed',
    url: place(medium.kind === 'drawing' ? 'picture' : medium.kind),
    ...(medium.kind === 'drawing' ? undefined : { poster: place('poster') }),
    usage: medium.kind === 'video' ? { seconds } : { requests: 1 },
  };
  const history = steps(
    { what: 'in_progress', progress: 60, at: createdAt + Math.round(tookMs * 0.7) },
    { what: 'completed', at },
    { what: 'kept', at: at + 2000 },
  );
  return { state, history, at };
}

async function writeDown(
  stage: Stage,
  { task, key, channel }: Beginning,
  {
    piece,
    files,
    spend,
  }: {
    readonly piece: CastPiece;
    readonly files: readonly KeptFile[];
    readonly spend: (record: RequestRecord) => void;
  },
): Promise<void> {
  const { database, snapshots } = stage.foundation;
  const tookMs = stage.dice.whole(35_000, 140_000);
  const { state, history, at } = endOf(task, piece, tookMs);
  const price = snapshots.current().models.get(task.model)?.price;
  const multiplier = snapshots.current().groups.get(key.person.group)?.multiplier ?? multiplierOne;
  const charge = state.usage && price && quote(state.usage, price, multiplier, { at: task.createdAt });
  const record: RequestRecord = {
    ...requestOf(stage, { task, key, channel }, piece),
    endReason: state.status === 'failed' ? 'upstream_error' : 'completed',
    errorCode: state.status === 'failed' ? 'upstream_error' : '',
    usage: state.usage ?? {},
    usageSource: state.usage ? 'provider' : 'none',
    charge,
    debits: planDebits(
      { id: key.id, limited: key.limited, user: { id: key.userId } },
      charge?.amount ?? nanos(0n),
      task.createdAt,
    ),
    totalMs: tookMs,
  };
  const job = {
    responseId: task.vendorId,
    channelId: channel.id,
    credential: 0,
    record,
    price,
    multiplier,
    inputEstimate: 0,
    given: undefined,
  };
  await database.transact(async (db) => {
    await mediaTaskRepository.insert(db, task, job);
    await mediaTaskRepository.noteState(db, { id: task.id, state, history, at: at ?? task.createdAt + tookMs });
    if (piece.end === 'cancelled')
      await mediaTaskRepository.noteCancelled(db, task.id, { since: task.createdAt, now: task.createdAt + 20_000 });
    if (files.length > 0)
      await mediaTaskRepository.noteFiles(db, task.id, { files, history, until: task.createdAt + keptForMs });
  });
  if (at === undefined) return;
  spend(record);
  const rows = [postingRow(record)];
  await postBatch(
    database,
    { transactionId: `tx_${stage.newId()}`, at: stage.at(), nodeId: 'demo', rows },
    () => undefined,
  );
}

/** What is known of its request whatever becomes of it. */
const requestOf = (stage: Stage, { task, key, channel }: Beginning, { medium }: CastPiece) =>
  ({
    id: task.requestId,
    at: task.createdAt,
    userId: task.userId,
    keyId: task.keyId,
    group: key.person.group,
    protocol: medium.kind === 'video' ? 'openai-chat' : medium.protocol,
    operation: medium.operation,
    modelAsked: task.model,
    modelServed: task.model,
    channelId: channel.id,
    stream: false,
    conversion: undefined,
    status: 200,
    ttftMs: 0,
    clientIp: '10.20.4.12',
    attempts: [
      { channelId: channel.id, credential: 0, status: 200, cause: 'ok', durationMs: stage.dice.whole(200, 900) },
    ],
  }) as const satisfies Partial<RequestRecord>;
