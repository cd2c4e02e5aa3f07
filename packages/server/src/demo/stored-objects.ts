import type { JsonObject, Operation, ProtocolId } from '@tollgate/wire/protocol';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { BackgroundJob } from '../domain/background-job.ts';
import { planDebits } from '../domain/debits.ts';
import { nanos } from '../domain/money.ts';
import { multiplierOne, type Price } from '../domain/price.ts';
import { quote } from '../domain/quote.ts';
import type { RequestRecord } from '../domain/record.ts';
import { storagePriceOf } from '../domain/storage-price.ts';
import type { ObjectName, StoredObject } from '../domain/stored-object.ts';
import { postBatch } from '../store/ledger/posting.ts';
import { postingRow } from '../store/ledger/posting-row.ts';
import { storedObjectRepository } from '../store/stored-objects.ts';
import type { Deed } from './month.ts';
import type { Company } from './settle-in.ts';
import type { Stage } from './stage.ts';

const hourMs = 3_600_000;

/** Nano-dollars that a million tokens cost which are kept for an hour. */
const storageRate = 1_000_000_000n;

type Kept = {
  readonly kind: ObjectName;
  readonly channel: 'openai-main' | 'anthropic-main' | 'gemini-main';
  /** Place among the people; the first is the one whose password is told. */
  readonly who: number;
  readonly daysAgo: number;
  /** Before its name, as its vendor has that. */
  readonly prefix: string;
  /** As its vendor tells it, beside its name. */
  readonly told: JsonObject;
  /** Of what is charged. */
  readonly charged?: { readonly operation: Operation; readonly model: string; readonly usage: Usage };
  /** A batch that is worked on. */
  readonly open?: true;
  /** Tokens of a cache. */
  readonly tokens?: number;
  readonly hoursLeft?: number;
};

const file = (filename: string, purpose: string, bytes: number): JsonObject => ({
  object: 'file',
  filename,
  purpose,
  bytes,
  status: 'processed',
});

const batch = (status: string, total: number, completed: number, failed: number, description: string): JsonObject => ({
  object: 'batch',
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
  status,
  request_counts: { total, completed, failed },
  metadata: { description },
});

/** What was given to keep, the oldest first. */
export const things: readonly Kept[] = [
  {
    kind: 'vector_store',
    channel: 'openai-main',
    who: 0,
    daysAgo: 18.2,
    prefix: 'vs_',
    told: { object: 'vector_store', name: 'Handbook and policies', usage_bytes: 48_310_272, status: 'completed' },
  },
  {
    kind: 'file',
    channel: 'openai-main',
    who: 0,
    daysAgo: 18.3,
    prefix: 'file-',
    told: file('handbook-2026.pdf', 'assistants', 18_204_331),
  },
  {
    kind: 'file',
    channel: 'anthropic-main',
    who: 2,
    daysAgo: 11.4,
    prefix: 'file_',
    told: { type: 'file', filename: 'carrier-contract.pdf', mime_type: 'application/pdf', size_bytes: 2_913_004 },
  },
  {
    kind: 'batch',
    channel: 'openai-main',
    who: 10,
    daysAgo: 9.1,
    prefix: 'batch_',
    told: batch('failed', 0, 0, 0, 'Ticket summaries, week 47'),
    charged: { operation: 'batches', model: 'gpt-5-mini', usage: {} },
  },
  {
    kind: 'batch',
    channel: 'openai-main',
    who: 0,
    daysAgo: 6.6,
    prefix: 'batch_',
    told: batch('completed', 2400, 2389, 11, 'Product descriptions, autumn'),
    charged: { operation: 'batches', model: 'gpt-5-mini', usage: { inputText: 1_920_000, outputText: 612_000 } },
  },
  {
    kind: 'file',
    channel: 'openai-main',
    who: 0,
    daysAgo: 6.4,
    prefix: 'file-',
    told: file('batch_autumn_output.jsonl', 'batch_output', 5_882_190),
  },
  {
    kind: 'batch',
    channel: 'anthropic-main',
    who: 0,
    daysAgo: 4.2,
    prefix: 'msgbatch_',
    told: {
      type: 'message_batch',
      processing_status: 'ended',
      request_counts: { processing: 0, succeeded: 310, errored: 0, canceled: 190, expired: 0 },
      cancel_initiated_at: '2026-01-01T00:00:00Z',
      results_url: null,
    },
    charged: { operation: 'batches', model: 'claude-haiku-4-5', usage: { inputText: 410_000, outputText: 93_000 } },
  },
  {
    kind: 'skill',
    channel: 'anthropic-main',
    who: 3,
    daysAgo: 3.7,
    prefix: 'skill_',
    told: { type: 'skill', display_title: 'House style for letters', source: 'custom' },
  },
  {
    kind: 'conversation',
    channel: 'openai-main',
    who: 5,
    daysAgo: 2.3,
    prefix: 'conv_',
    told: { object: 'conversation', metadata: { title: 'Migration of the order service' } },
  },
  {
    kind: 'file',
    channel: 'gemini-main',
    who: 0,
    daysAgo: 0.8,
    prefix: 'files/',
    told: { displayName: 'warehouse-tour.mp4', mimeType: 'video/mp4', sizeBytes: '96468992', state: 'ACTIVE' },
    hoursLeft: 29,
  },
  {
    kind: 'container',
    channel: 'openai-main',
    who: 12,
    daysAgo: 0.5,
    prefix: 'cntr_',
    told: { object: 'container', name: 'Forecast notebook', status: 'running' },
  },
  {
    kind: 'file',
    channel: 'openai-main',
    who: 0,
    daysAgo: 0.22,
    prefix: 'file-',
    told: file('reviews-to-classify.jsonl', 'batch', 3_120_884),
  },
  {
    kind: 'batch',
    channel: 'openai-main',
    who: 0,
    daysAgo: 0.21,
    prefix: 'batch_',
    told: batch('in_progress', 1200, 731, 4, 'Reviews by topic'),
    charged: { operation: 'batches', model: 'gpt-4o-mini', usage: {} },
    open: true,
  },
  {
    kind: 'cached_content',
    channel: 'gemini-main',
    who: 0,
    daysAgo: 0.14,
    prefix: 'cachedContents/',
    told: { displayName: 'Product catalogue, winter', model: 'models/gemini-2.5-flash' },
    charged: { operation: 'cached-contents', model: 'gemini-2.5-flash', usage: { inputText: 412_000 } },
    tokens: 412_000,
    hoursLeft: 20,
  },
  {
    kind: 'cached_content',
    channel: 'gemini-main',
    who: 14,
    daysAgo: 0.06,
    prefix: 'cachedContents/',
    told: { displayName: 'Glossary for translators', model: 'models/gemini-2.5-flash' },
    charged: { operation: 'cached-contents', model: 'gemini-2.5-flash', usage: { inputText: 96_500 } },
    tokens: 96_500,
    hoursLeft: 5,
  },
];

const protocols: Readonly<Record<Kept['channel'], ProtocolId>> = {
  'openai-main': 'openai-chat',
  'anthropic-main': 'anthropic-messages',
  'gemini-main': 'gemini',
};

/** What providers were given to keep in the month; `spend` is told what of it cost something. */
export function storedObjectDeeds(
  stage: Stage,
  company: Company,
  spend: (record: RequestRecord) => void,
): readonly Deed[] {
  return things.map((thing) => ({
    daysAgo: thing.daysAgo,
    run: () => writeDown(stage, company, thing, spend),
  }));
}

async function writeDown(
  stage: Stage,
  company: Company,
  thing: Kept,
  spend: (record: RequestRecord) => void,
): Promise<void> {
  const { database, snapshots } = stage.foundation;
  const { object, group, limited } = objectOf(stage, company, thing);
  const price = thing.charged && snapshots.current().models.get(thing.charged.model)?.price;
  if (!thing.charged || !price) return await storedObjectRepository.insert(database.db, object);
  const multiplier = snapshots.current().groups.get(group)?.multiplier ?? multiplierOne;
  const record = recordOf(object, { group, limited }, thing.charged, (usage) =>
    quote(usage, price, multiplier, {
      at: object.createdAt,
      ...(object.kind === 'batch' && { as: { tier: 'batch' } }),
    }),
  );
  await storedObjectRepository.insert(database.db, object, jobOf(object, record, { price, multiplier }));
  if (thing.open) return;
  spend(record);
  await postBatch(
    database,
    { transactionId: `tx_${stage.newId()}`, at: stage.at(), nodeId: 'demo', rows: [postingRow(record)] },
    () => undefined,
  );
}

type Maker = { readonly group: string; readonly limited: boolean };

function objectOf(
  stage: Stage,
  { keys, members, channels }: Company,
  { kind, channel, who, prefix, told, tokens, hoursLeft, open, charged }: Kept,
): Maker & { readonly object: StoredObject } {
  const userId = members[who]?.user.id;
  const key = keys.find((one) => one.userId === userId && one.models === undefined);
  const keptBy = channels.find(({ input }) => input.name === channel);
  if (!key || !keptBy) throw new Error(`nobody keeps what ${who} made`);
  const id = stage.newId();
  const at = stage.at();
  const vendorId = `${prefix}${id}`;
  return {
    group: key.person.group,
    limited: key.limited,
    object: {
      id,
      userId: key.userId,
      keyId: key.id,
      requestId: `req_${id}`,
      kind,
      channelId: keptBy.id,
      credential: 0,
      protocol: protocols[channel],
      vendorId,
      told: channel === 'gemini-main' ? { ...told, name: vendorId } : { ...told, id: vendorId },
      requests: undefined,
      tokens,
      ...(tokens !== undefined &&
        charged && { storage: { tokens, stretch: 1, from: at, until: at + 6 * hourMs, unpaid: false } }),
      createdAt: at,
      updatedAt: at,
      finishedAt: open === true || kind !== 'batch' ? undefined : at + 2 * hourMs,
      expiresAt: hoursLeft === undefined ? undefined : at + hoursLeft * hourMs,
    },
  };
}

function recordOf(
  { requestId, createdAt: at, userId, keyId, protocol, channelId }: StoredObject,
  { group, limited }: Maker,
  { operation, model, usage }: NonNullable<Kept['charged']>,
  cost: (usage: Usage) => RequestRecord['charge'],
): RequestRecord {
  const served = Object.keys(usage).length > 0;
  const charge = served ? cost(usage) : undefined;
  return {
    id: requestId,
    at,
    userId,
    keyId,
    group,
    protocol,
    operation,
    modelAsked: model,
    modelServed: model,
    channelId,
    stream: false,
    conversion: undefined,
    status: 200,
    endReason: served ? 'completed' : 'upstream_error',
    errorCode: served ? '' : 'upstream_error',
    usage,
    usageSource: served ? 'provider' : 'none',
    charge,
    debits: planDebits({ id: keyId, limited, user: { id: userId } }, charge?.amount ?? nanos(0n), at),
    ttftMs: 0,
    totalMs: 900,
    clientIp: '10.20.4.12',
    attempts: [{ channelId, credential: 0, status: 200, cause: 'ok', durationMs: 900 }],
  };
}

/** By what it is charged later: a cache by the time that it is kept. */
function jobOf(
  { channelId, credential, kind }: StoredObject,
  record: RequestRecord,
  { price, multiplier }: Pick<BackgroundJob, 'multiplier'> & { readonly price: Price },
): BackgroundJob {
  const byTime = storagePriceOf({ ...price, rates: { cacheTokenHours: storageRate, ...price.rates } });
  return {
    responseId: '',
    channelId,
    credential,
    record,
    price: kind === 'cached_content' ? byTime : price,
    multiplier,
    inputEstimate: 0,
    given: undefined,
  };
}

/** What providers answer who are asked to delete something, or to cancel a batch; undefined of any other question. */
export function storedObjectReply(method: string, path: string): JsonObject | undefined {
  if (method === 'DELETE') return {};
  const id = path.split('/').at(-2) ?? '';
  if (method !== 'POST' || !path.endsWith('/cancel')) return undefined;
  return {
    ...batch('cancelling', 1200, 731, 4, 'Reviews by topic'),
    id: decodeURIComponent(id),
  };
}
