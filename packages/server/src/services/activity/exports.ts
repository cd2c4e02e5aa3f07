import type { ExportView } from '@tollgate/contract/api/exports';
import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { requestIdFloor } from '../../domain/record.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { exportRepository, type ExportStand, type StoredExport } from '../../store/exports.ts';
import { nextTurn } from '../../store/pages.ts';
import { requestLogRepository, type LogFilters, type LoggedRequest } from '../../store/request-log.ts';
import { jobHandler, jobKind, type JobContext, type JobHandler } from '../jobs/job-kind.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { presentRequests } from './activity.ts';
import { exportFormats } from './export-format.ts';
import { logFilters, type AskedFilters } from './log-filters.ts';

/** Files of the request log: made by a job, kept in the database in chunks, so that any process can hand them out. */

const dayMs = 86_400_000;
/** More than a spreadsheet opens gladly, and no more than a database should hold for one question. */
export const maxRows = 200_000;
export const maxBytes = 64 << 20;
const pageRows = 250;
export const maxOpen = 5;
export const exportAttempts = 3;

const exportKind = jobKind({
  name: 'requests.export',
  payload: z.strictObject({ exportId: z.string() }),
  atOnce: 1,
  deadlineMs: 30 * 60_000,
  maxAttempts: exportAttempts,
});

const pruneKind = jobKind({ name: 'exports.prune', payload: z.strictObject({}), schedule: every(15 * 60_000) });

/** One of the request log; those of an account are made and given out elsewhere. */
type RequestExport = StoredExport & { readonly format: keyof typeof exportFormats };
const isOfRequests = (one: StoredExport): one is RequestExport => one.format !== 'account';

export type ExportDeps = {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'addWithin' | 'wake'>;
  readonly now: () => number;
  readonly newId: () => string;
  /** How long a file is kept, in ms. */
  readonly keptMs: () => number;
};

export type ExportAsk = {
  readonly userId: string;
  readonly seesChannels: boolean;
  readonly format: RequestExport['format'];
  readonly filters: AskedFilters;
};

/** Begins an export. Somebody may have few of them at once. */
export async function beginExport(deps: ExportDeps, ask: ExportAsk): Promise<ExportView> {
  const { database, jobs } = deps;
  const now = deps.now();
  const to = ask.filters.to ?? now;
  const from = ask.filters.from ?? to - dayMs;
  if (from >= to) throw new Refusal('invalid_request', 'must lie before `to`', { param: 'filters.from' });
  const open = await exportRepository.list(database.db, ask.userId, 'requests', 50);
  if (open.filter(({ state }) => state === 'waiting' || state === 'running').length >= maxOpen)
    throw new Refusal('conflict', `${maxOpen} exports are being made already. Wait for one, or remove it.`);
  const one: RequestExport = {
    id: `exp_${deps.newId()}`,
    userId: ask.userId,
    format: ask.format,
    filters: JSON.stringify({ ...ask.filters, from, to }),
    seesChannels: ask.seesChannels,
    ...nothingYet,
    createdAt: now,
    expiresAt: now + deps.keptMs(),
  };
  await database.transact(async (transaction) => {
    await exportRepository.insert(transaction, one);
    await jobs.addWithin(transaction, exportKind, { exportId: one.id });
  });
  jobs.wake();
  return present(one);
}

export const nothingYet: ExportStand = {
  state: 'waiting',
  progress: 0,
  rows: 0,
  bytes: 0,
  truncated: false,
  error: undefined,
};

export async function listExports({ database }: Pick<ExportDeps, 'database'>, userId: string): Promise<ExportView[]> {
  return (await exportRepository.list(database.db, userId, 'requests', 50)).filter(isOfRequests).map(present);
}

export async function showExport(deps: Pick<ExportDeps, 'database'>, userId: string, id: string): Promise<ExportView> {
  return present(await mustFind(deps, userId, id));
}

/** Its bytes go at once; one that is being made stops at its next page. */
export async function removeExport(deps: Pick<ExportDeps, 'database'>, userId: string, id: string): Promise<void> {
  await mustFind(deps, userId, id);
  await deps.database.transact((transaction) => exportRepository.remove(transaction, id));
}

/** The file, chunk by chunk as it is read. */
export async function downloadExport(
  { database }: Pick<ExportDeps, 'database'>,
  userId: string,
  id: string,
): Promise<{
  readonly contentType: 'text/csv' | 'application/x-ndjson';
  readonly name: string;
  readonly bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
}> {
  const one = await mustFind({ database }, userId, id);
  if (one.state !== 'done') throw new Refusal('conflict', 'This export is not done.');
  const { contentType } = exportFormats[one.format];
  const name = `requests-${new Date(one.createdAt).toISOString().slice(0, 10)}.${one.format}`;
  return { contentType, name, bytes: exportBytes(database, id) };
}

async function mustFind(
  { database }: Pick<ExportDeps, 'database'>,
  userId: string,
  id: string,
): Promise<RequestExport> {
  const found = await exportRepository.find(database.db, id, userId);
  if (found === undefined || !isOfRequests(found)) throw new Refusal('not_found', 'There is no such export.');
  return found;
}

const present = ({
  userId: _user,
  filters: _filters,
  seesChannels: _sees,
  error,
  ...one
}: RequestExport): ExportView => ({
  ...one,
  error: error ?? null,
});

/** The bytes of an export that is done, chunk by chunk as they are read. */
export function exportBytes(database: Database, id: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      const content = await exportRepository.chunk(database.db, id, next++);
      if (content === undefined) controller.close();
      else controller.enqueue(encoder.encode(content));
    },
  });
}

/** The jobs that make exports, and that remove those whose time is up. */
export function exportJobs({ database, now }: Pick<ExportDeps, 'database' | 'now'>): readonly JobHandler[] {
  return [
    jobHandler(exportKind, async ({ exportId }, context) => {
      await makeExport(database, exportId, context, async (one) =>
        isOfRequests(one) ? await write(database, one, { now: now(), signal: context.signal }) : undefined,
      );
      return undefined;
    }),
    jobHandler(pruneKind, async () => {
      while ((await exportRepository.prune(database.db, now(), 10)) > 0) await nextTurn();
      return undefined;
    }),
  ];
}

/**
 * Makes an export in a job, of what `write` writes of it; that returns undefined when it was removed meanwhile.
 */
export async function makeExport(
  database: Database,
  id: string,
  context: JobContext,
  write: (one: StoredExport) => Promise<ExportStand | undefined>,
): Promise<void> {
  const one = await exportRepository.find(database.db, id);
  if (one === undefined || one.state === 'done') return;
  // What an attempt before has written is written anew.
  await exportRepository.removeChunks(database.db, id);
  try {
    const stand = await write(one);
    if (stand === undefined) return;
    await database.transact(async (transaction) => {
      await exportRepository.update(transaction, id, stand);
      await context.finish(transaction);
    });
  } catch (error) {
    const last = context.attempt >= exportAttempts;
    if (last)
      await exportRepository.update(database.db, id, {
        ...nothingYet,
        state: 'failed',
        error: 'What it is made of could not be read.',
      });
    throw error;
  }
}

/** Writes page after page, the newest first; undefined when the export was removed meanwhile. */
async function write(
  database: Database,
  one: RequestExport,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<ExportStand | undefined> {
  const { db } = database;
  const asked = JSON.parse(one.filters) as AskedFilters & { readonly from: number; readonly to: number };
  const filters: LogFilters = {
    ...logFilters(asked, now),
    fromId: requestIdFloor(asked.from),
    toId: requestIdFloor(asked.to),
  };
  const { head, line } = exportFormats[one.format];
  let [rows, bytes, chunk] = [0, 0, 0];
  let before: string | undefined;
  let content = head;
  let truncated = false;
  for (;;) {
    signal.throwIfAborted();
    const page: readonly LoggedRequest[] = await requestLogRepository.latest(db, { filters, before, limit: pageRows });
    for (const request of await presentRequests({ database, seesChannels: one.seesChannels }, page))
      content += line(request);
    rows += page.length;
    bytes += Buffer.byteLength(content);
    if (content !== '') await exportRepository.addChunk(db, one.id, chunk++, content);
    content = '';
    const last = page.at(-1);
    truncated = page.length === pageRows && (rows >= maxRows || bytes >= maxBytes);
    if (last === undefined || page.length < pageRows || truncated)
      return { state: 'done', progress: 1, rows, bytes, truncated, error: undefined };
    before = last.id;
    const progress = Math.min(0.99, Math.max(0, (asked.to - last.at) / (asked.to - asked.from)));
    const there = await exportRepository.update(db, one.id, { ...nothingYet, state: 'running', progress, rows, bytes });
    if (!there) {
      await exportRepository.removeChunks(db, one.id);
      return undefined;
    }
    await nextTurn();
  }
}
