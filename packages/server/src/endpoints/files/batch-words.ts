import type { Usage } from '@tollgate/wire/ir/usage';
import { addUp } from '@tollgate/wire/ir/served-as';
import { objectAt, objectsAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import { readGeminiUsage } from '@tollgate/wire/protocols/gemini/usage';
import { readMessagesUsage } from '@tollgate/wire/protocols/anthropic-messages/usage';
import type { StoredKind } from '../shared/stored-objects/account.ts';
import { readUsage } from './batch-lines.ts';

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
  /** What one line of the results used. */
  usageOfLine(line: JsonObject): Usage | undefined;
  /** What it says of itself that it used. */
  usageOf(told: JsonObject): Usage | undefined;
  /** What is written down of it, where it tells its results as well. */
  noted?(told: JsonObject): JsonObject;
  /** Files that it has made, by their names among what is told. */
  readonly files: readonly string[];
};

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
  usageOfLine: (line) => readUsage(objectAt(objectAt(objectAt(line, 'response') ?? {}, 'body') ?? {}, 'usage')),
  usageOf: (told) => readUsage(objectAt(told, 'usage')),
  files: ['output_file_id', 'error_file_id'],
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
  usageOfLine(line) {
    const usage = objectAt(objectAt(objectAt(line, 'result') ?? {}, 'message') ?? {}, 'usage');
    return usage && readMessagesUsage(usage);
  },
  usageOf: () => undefined,
  files: [],
};

const stateOf = (told: JsonObject): string => textAt(objectAt(told, 'metadata') ?? {}, 'state') ?? '';

/** A long-running operation, which tells its results itself. https://ai.google.dev/api/batch-api */
const contentBatches: BatchWords = {
  tells: (told) => typeof told['name'] === 'string',
  isOver: (told) => told['done'] === true || /_(?:SUCCEEDED|FAILED|CANCELLED|EXPIRED)$/.test(stateOf(told)),
  hasFailed: (told) => stateOf(told).endsWith('_FAILED'),
  lost: (told) => ({ ...told, done: true, error: { code: 5, message: 'Nobody can tell of it any more.' } }),
  resultsOf: () => undefined,
  usageOfLine: () => undefined,
  usageOf(told) {
    const usages = answersIn(told).flatMap((answer) => {
      const reported = objectAt(objectAt(answer, 'response') ?? {}, 'usageMetadata');
      return (reported && readGeminiUsage(reported)) ?? [];
    });
    return usages.length === 0 ? undefined : addUp(usages);
  },
  noted({ response: _, ...told }) {
    const { output: __, ...metadata } = objectAt(told, 'metadata') ?? {};
    return { ...told, metadata };
  },
  files: [],
};

/** The answers to its requests, wherever they stand. */
function answersIn(told: JsonObject): readonly JsonObject[] {
  const output = objectAt(objectAt(told, 'metadata') ?? {}, 'output') ?? objectAt(told, 'response') ?? {};
  return objectsAt(objectAt(output, 'inlinedResponses') ?? {}, 'inlinedResponses');
}

const others: Readonly<Partial<Record<ProtocolId, BatchWords>>> = {
  'anthropic-messages': messageBatches,
  gemini: contentBatches,
};

/** In the words of the protocol in which a batch was begun. */
export const batchWordsOf = (protocol: ProtocolId): BatchWords => others[protocol] ?? fileBatches;
