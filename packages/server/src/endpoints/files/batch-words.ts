import { readGeo } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import { at, objectAt, objectsAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import { readGeminiUsage } from '@tollgate/wire/protocols/gemini/usage';
import { readMessagesUsage } from '@tollgate/wire/protocols/anthropic-messages/usage';
import type { StoredKind } from '../shared/stored-objects/account.ts';
import { readUsage, type UsedLine } from './batch-lines.ts';

/** Of all requests together, which have no name. */
const alone = (usage: Usage | undefined): readonly UsedLine[] | undefined => usage && [{ name: '', usage }];

const nameOf = (line: JsonObject): string => textAt(line, 'custom_id') ?? '';

/** What became of a batch, where its vendor tells that. */
export type BatchEnd = 'cancelling' | 'failed' | 'cancelled' | 'expired';

/** How many requests of a batch were answered, how many were not, of all. */
export type BatchCounts = { readonly done: number; readonly failed: number; readonly total: number };

type MadeFile = { readonly vendorId: string; readonly told: JsonObject };

/** How batches are told in a protocol. */
export type BatchWords = {
  /** Whether it tells how far a batch is. */
  tells(told: JsonObject): boolean;
  /** Whether nothing comes after it. */
  isOver(told: JsonObject): boolean;
  hasFailed(told: JsonObject): boolean;
  /** A batch of which nobody can tell any more. */
  lost(told: JsonObject): JsonObject;
  /** Where the results of one that is over are; undefined when there are none. */
  resultsOf(told: JsonObject, vendorId: string): { readonly kind: StoredKind; readonly rest: string } | undefined;
  /** What one line of the results used; undefined of one that was not served. */
  usedByLine(line: JsonObject): UsedLine | undefined;
  /** What it says of itself that its requests used, or all of them together. */
  usedBy(told: JsonObject): readonly UsedLine[] | undefined;
  /** What is written down of it, where it tells its results as well. */
  noted?(told: JsonObject): JsonObject;
  /** Files that it has made, which are its owner's: by their vendor's ids, with what is told of each (`at`: ms since the epoch). */
  filesOf(told: JsonObject, vendorId: string, at: number): readonly MadeFile[];
  /** Where one is asked to be cancelled, below the path of batches. */
  cancelAt(vendorId: string): string;
  /** Whether its vendor deletes batches that are over. */
  readonly deletes: boolean;
  /** Undefined of one that is worked on, or was answered. */
  endOf(told: JsonObject): BatchEnd | undefined;
  countsOf(told: JsonObject): BatchCounts | undefined;
};

const cancelBelow = (vendorId: string): string => `/${encodeURIComponent(vendorId)}/cancel`;

/** A count that stands there as a number or, as whole numbers of 64 bits do in JSON of Google's, as text; 0 where none does. */
function countAt(counts: JsonObject, name: string): number {
  const count = Number(at(counts, name) ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

const endNamed = (name: string): BatchEnd | undefined =>
  name === 'cancelling' || name === 'failed' || name === 'cancelled' || name === 'expired' ? name : undefined;

const over: ReadonlySet<unknown> = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** https://platform.openai.com/docs/api-reference/batch/object */
const fileBatches: BatchWords = {
  tells: (told) => typeof told['status'] === 'string',
  isOver: (told) => over.has(told['status']),
  hasFailed: (told) => told['status'] === 'failed',
  lost: (told) => ({ ...told, status: 'failed' }),
  resultsOf(told) {
    const file = textAt(told, 'output_file_id');
    return file === undefined ? undefined : { kind: 'files', rest: `/${encodeURIComponent(file)}/content` };
  },
  usedByLine(line) {
    const response = objectAt(line, 'response') ?? {};
    const usage = readUsage(objectAt(objectAt(response, 'body') ?? {}, 'usage'));
    // What was served and tells no usage (moderations) used nothing that is counted.
    return usage || response['status_code'] === 200 ? { name: nameOf(line), usage: usage ?? {} } : undefined;
  },
  usedBy: (told) => alone(readUsage(objectAt(told, 'usage'))),
  cancelAt: cancelBelow,
  deletes: false,
  endOf: (told) => endNamed(textAt(told, 'status') ?? ''),
  countsOf(told) {
    const counts = objectAt(told, 'request_counts');
    return (
      counts && {
        done: countAt(counts, 'completed'),
        failed: countAt(counts, 'failed'),
        total: countAt(counts, 'total'),
      }
    );
  },
  filesOf: (told, vendorId, madeAt) =>
    (['output', 'error'] as const).flatMap((name) => {
      const id = textAt(told, `${name}_file_id`);
      if (id === undefined) return [];
      const file = {
        id,
        object: 'file',
        bytes: null,
        created_at: Math.floor(madeAt / 1000),
        filename: `${vendorId}_${name}.jsonl`,
        purpose: 'batch_output',
        status: 'processed',
      };
      return [{ vendorId: id, told: file }];
    }),
};

/** https://docs.claude.com/en/api/retrieving-message-batches */
const messageBatches: BatchWords = {
  tells: (told) => typeof told['processing_status'] === 'string',
  isOver: (told) => told['processing_status'] === 'ended',
  hasFailed: () => false,
  lost: (told) => ({ ...told, processing_status: 'ended', results_url: null }),
  resultsOf: (told, vendorId) =>
    typeof told['results_url'] === 'string'
      ? { kind: 'batches', rest: `/${encodeURIComponent(vendorId)}/results` }
      : undefined,
  usedByLine(line) {
    const reported = objectAt(objectAt(objectAt(line, 'result') ?? {}, 'message') ?? {}, 'usage');
    const usage = reported && readMessagesUsage(reported);
    return usage && { name: nameOf(line), usage, geo: readGeo(reported['inference_geo']) };
  },
  usedBy: () => undefined,
  filesOf: () => [],
  cancelAt: cancelBelow,
  deletes: true,
  endOf(told) {
    if (told['processing_status'] === 'canceling') return 'cancelling';
    return told['processing_status'] === 'ended' && typeof told['cancel_initiated_at'] === 'string'
      ? 'cancelled'
      : undefined;
  },
  countsOf(told) {
    const counts = objectAt(told, 'request_counts');
    if (!counts) return undefined;
    const [done, waiting] = [countAt(counts, 'succeeded'), countAt(counts, 'processing')];
    const failed = countAt(counts, 'errored') + countAt(counts, 'canceled') + countAt(counts, 'expired');
    return { done, failed, total: done + waiting + failed };
  },
};

const stateOf = (told: JsonObject): string => textAt(objectAt(told, 'metadata') ?? {}, 'state') ?? '';

/** A long-running operation, which tells its results itself. https://ai.google.dev/api/batch-api */
const contentBatches: BatchWords = {
  tells: (told) => typeof told['name'] === 'string',
  isOver: (told) => told['done'] === true || /_(?:SUCCEEDED|FAILED|CANCELLED|EXPIRED)$/.test(stateOf(told)),
  hasFailed: (told) => stateOf(told).endsWith('_FAILED'),
  lost: (told) => ({ ...told, done: true, error: { code: 5, message: 'Nobody can tell of it any more.' } }),
  resultsOf(told) {
    const name = resultsFileIn(told);
    return name === undefined
      ? undefined
      : { kind: 'files', rest: `/${encodeURIComponent(name.slice(filePrefix.length))}:download?alt=media` };
  },
  usedByLine(line) {
    const usage = usageOfAnswer(line);
    return usage && { name: textAt(line, 'key') ?? '', usage };
  },
  usedBy(told) {
    const used = answersIn(told).flatMap((answer, index): readonly UsedLine[] => {
      const usage = usageOfAnswer(answer);
      return usage ? [{ name: `${index}`, usage }] : [];
    });
    return used.length === 0 ? undefined : used;
  },
  noted({ response: _, ...told }) {
    const { output: __, ...metadata } = objectAt(told, 'metadata') ?? {};
    return { ...told, metadata };
  },
  cancelAt: (vendorId) => `/${encodeURIComponent(vendorId)}:cancel`,
  deletes: true,
  endOf: (told) =>
    endNamed(stateOf(told).split('_').at(-1)?.toLowerCase() ?? '') ?? (objectAt(told, 'error') ? 'failed' : undefined),
  countsOf(told) {
    const counts = objectAt(objectAt(told, 'metadata') ?? {}, 'batchStats');
    return (
      counts && {
        done: countAt(counts, 'successfulRequestCount'),
        failed: countAt(counts, 'failedRequestCount'),
        total: countAt(counts, 'requestCount'),
      }
    );
  },
  filesOf(told, _vendorId, madeAt) {
    const name = resultsFileIn(told);
    if (name === undefined) return [];
    const file = {
      name,
      mimeType: 'application/jsonl',
      source: 'GENERATED',
      createTime: new Date(madeAt).toISOString(),
    };
    return [{ vendorId: name, told: file }];
  },
};

const filePrefix = 'files/';

/** Where the answers to requests of a file are. */
function resultsFileIn(told: JsonObject): string | undefined {
  const name = textAt(outputIn(told), 'responsesFile');
  return name?.startsWith(filePrefix) && name.length <= 200 ? name : undefined;
}

const outputIn = (told: JsonObject): JsonObject =>
  objectAt(objectAt(told, 'metadata') ?? {}, 'output') ?? objectAt(told, 'response') ?? {};

/** The answers to its requests, wherever they stand. */
function answersIn(told: JsonObject): readonly JsonObject[] {
  const output = outputIn(told);
  const answers = objectAt(output, 'inlinedResponses') ?? objectAt(output, 'inlinedEmbedContentResponses') ?? {};
  return objectsAt(answers, 'inlinedResponses');
}

/** Of embeddings, a count of tokens stands beside the vector, if any does. */
function usageOfAnswer(answer: JsonObject): Usage | undefined {
  const response = objectAt(answer, 'response');
  if (!response) return undefined;
  const reported = objectAt(response, 'usageMetadata');
  const tokens = Number(response['tokenCount'] ?? Number.NaN);
  return (reported && readGeminiUsage(reported)) ?? (tokens >= 0 ? { inputText: tokens } : undefined);
}

const others: Readonly<Partial<Record<ProtocolId, BatchWords>>> = {
  'anthropic-messages': messageBatches,
  gemini: contentBatches,
};

/** In the words of the protocol in which a batch was begun. */
export const batchWordsOf = (protocol: ProtocolId): BatchWords => others[protocol] ?? fileBatches;
