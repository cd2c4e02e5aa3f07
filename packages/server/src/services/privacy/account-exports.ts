import type { AccountExportView } from '@tollgate/contract/api/privacy';
import { z } from 'zod';
import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Database } from '../../store/database.ts';
import { exportRepository, type ExportStand, type StoredExport } from '../../store/exports.ts';
import { nextTurn } from '../../store/pages.ts';
import { personRecords, personSections, type PersonRecord } from '../../store/person-records.ts';
import { teamRepository } from '../../store/teams.ts';
import { userRepository } from '../../store/users.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import {
  exportAttempts,
  exportBytes,
  makeExport,
  maxBytes,
  maxOpen,
  nothingYet,
  type ExportDeps,
} from '../activity/exports.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';

/*
 * Everything that is kept of somebody, as one JSON file for themselves: made by a job, kept as long as the exports of the request log.
 */

const kind = jobKind({
  name: 'accounts.export',
  payload: z.strictObject({ exportId: z.string() }),
  atOnce: 1,
  deadlineMs: 30 * 60_000,
  maxAttempts: exportAttempts,
});

const askedSchema = z.strictObject({ requests: z.boolean() });

/** Begins one. Somebody may have few of them at once. */
export async function beginAccountExport(
  deps: ExportDeps,
  actor: Actor,
  userId: string,
  asked: z.output<typeof askedSchema>,
): Promise<AccountExportView> {
  const { database, jobs } = deps;
  const open = await exportRepository.list(database.db, userId, 'account', 50);
  if (open.filter(({ state }) => state === 'waiting' || state === 'running').length >= maxOpen)
    throw new Refusal('conflict', `${maxOpen} such files are being made already. Wait for one, or remove it.`);
  const now = deps.now();
  const one: StoredExport = {
    ...nothingYet,
    id: `exp_${deps.newId()}`,
    userId,
    format: 'account',
    filters: JSON.stringify(asked),
    seesChannels: false,
    createdAt: now,
    expiresAt: now + deps.keptMs(),
  };
  await database.transact(async (db) => {
    await exportRepository.insert(db, one);
    await jobs.addWithin(db, kind, { exportId: one.id });
    await auditRepository.append(db, {
      at: now,
      actor: actor.label,
      action: 'user.export',
      subject: `user:${userId}`,
      before: null,
      after: asked,
    });
  });
  jobs.wake();
  return present(one);
}

type Reader = Pick<ExportDeps, 'database'>;

export const listAccountExports = async ({ database }: Reader, userId: string): Promise<AccountExportView[]> =>
  (await exportRepository.list(database.db, userId, 'account', 50)).map(present);

/** Its bytes go at once; one that is being made stops soon. */
export async function removeAccountExport(deps: Reader, userId: string, id: string): Promise<void> {
  await mustFind(deps, userId, id);
  await deps.database.transact((db) => exportRepository.remove(db, id));
}

export async function downloadAccountExport(deps: Reader, userId: string, id: string) {
  const one = await mustFind(deps, userId, id);
  if (one.state !== 'done') throw new Refusal('conflict', 'This file is not done.');
  const name = `account-${new Date(one.createdAt).toISOString().slice(0, 10)}.json`;
  return { contentType: 'application/json', name, bytes: exportBytes(deps.database, id) } as const;
}

async function mustFind({ database }: Reader, userId: string, id: string): Promise<StoredExport> {
  const found = await exportRepository.find(database.db, id, userId);
  if (found?.format !== 'account') throw new Refusal('not_found', 'There is no such file.');
  return found;
}

const present = ({ id, state, bytes, truncated, error, createdAt, expiresAt }: StoredExport): AccountExportView => ({
  id,
  state,
  bytes,
  truncated,
  error: error ?? null,
  createdAt,
  expiresAt,
});

/** The job that makes them. */
export const accountExportJobs = (accounts: AccountDeps): readonly JobHandler[] => [
  jobHandler(kind, async ({ exportId }, context) => {
    await makeExport(accounts.database, exportId, context, (one) => write(accounts, one, context.signal));
    return undefined;
  }),
];

async function write(accounts: AccountDeps, one: StoredExport, signal: AbortSignal): Promise<ExportStand | undefined> {
  const { database } = accounts;
  const file = openFile(database, one.id);
  await file.add(`{"account":${JSON.stringify(await accountOf(accounts, one.userId))}`);
  for (const { name, pages } of lists(database, one)) {
    let between = '';
    await file.add(`,\n${JSON.stringify(name)}:[`);
    for await (const rows of pages) {
      signal.throwIfAborted();
      // The newest requests stand first; what is beyond the bound is the oldest of them.
      if (file.stand().bytes > maxBytes) {
        file.cut();
        break;
      }
      await file.add(
        rows.map((row, at) => `${at === 0 ? between : ','}\n${JSON.stringify(row)}`).join(''),
        rows.length,
      );
      between = ',';
      if (!(await exportRepository.update(database.db, one.id, { ...nothingYet, ...file.stand(), state: 'running' }))) {
        await exportRepository.removeChunks(database.db, one.id);
        return undefined;
      }
      await nextTurn();
    }
    await file.add(']');
  }
  await file.add('}\n');
  return { ...nothingYet, ...file.stand(), state: 'done', progress: 1 };
}

type List = { readonly name: string; readonly pages: AsyncIterable<readonly PersonRecord[]> };

/** What the file lists; requests, which may be many, last. */
function lists({ db }: Database, { userId, filters }: StoredExport): readonly List[] {
  const { requests } = askedSchema.parse(JSON.parse(filters));
  return [
    ...personSections.map((name) => ({ name, pages: personRecords.section(db, name, userId) })),
    { name: 'providerKeys', pages: personRecords.providerKeys(db, userId) },
    { name: 'movements', pages: personRecords.movements(db, walletMeter(userId)) },
    ...(requests ? [{ name: 'requests', pages: personRecords.requests(db, userId) }] : []),
  ];
}

async function accountOf(accounts: AccountDeps, userId: string) {
  const { db } = accounts.database;
  const user = await userRepository.find(db, userId);
  if (user === undefined) throw new Error('a user who asked for a file of theirs is gone');
  const teams = await teamRepository.list(db, userId);
  const sessions = await (await (await accounts.auth(false)).$context).internalAdapter.listSessions(userId);
  const { id, email, emailVerified, username, name, roleName: role, group, timeZone, createdAt } = user;
  return {
    id,
    email,
    emailVerified,
    username,
    name,
    role,
    group,
    timeZone,
    createdAt,
    ...(await personRecords.single(db, userId)),
    teams: teams.map((team) => ({ id: team.id, name: team.name })),
    sessions: sessions.map(({ ipAddress, userAgent, createdAt: began }) => ({
      address: ipAddress ?? null,
      userAgent: userAgent ?? null,
      createdAt: began.getTime(),
    })),
  };
}

/** A file that grows by pieces, each a chunk of the database. */
function openFile({ db }: Database, id: string) {
  const stand = { rows: 0, bytes: 0, truncated: false };
  let chunk = 0;
  return {
    async add(content: string, rows = 0): Promise<void> {
      stand.rows += rows;
      stand.bytes += Buffer.byteLength(content);
      await exportRepository.addChunk(db, id, chunk++, content);
    },
    cut: (): void => void (stand.truncated = true),
    stand: () => ({ ...stand }),
  };
}
