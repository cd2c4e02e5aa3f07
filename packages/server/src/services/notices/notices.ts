import {
  administratorsEvents,
  noticeEvents,
  noticeKinds,
  type NoticeEvent,
  type NoticeTargetInput,
  type NoticeTargetPatch,
} from '@tollgate/contract/api/notices';
import { may } from '@tollgate/contract/permissions';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { noticeRepository, type NoticeTarget } from '../../store/notices.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { userRepository, type User } from '../../store/users.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Mailer } from '../mail/mailer.ts';
import { noticeTargetContext } from '../secret-box/contexts.ts';
import { noticeKindTable } from './kinds/index.ts';
import type { Notice } from './notice-kind.ts';
import { noticePage, sayNotice, type NoticeFacts } from './notice-words.ts';

export type NoticeDeps = {
  readonly accounts: AccountDeps;
  readonly mailer: Mailer;
  /** Asks addresses that users chose; those inside are refused. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
};

const mostTargets = 20;

export const listTargets = async ({ accounts }: NoticeDeps, userId: string): Promise<readonly NoticeTarget[]> =>
  await noticeRepository.ofUser(accounts.database.db, userId);

/** One of somebody's own; another's is not there. */
async function ownTarget({ accounts }: NoticeDeps, userId: string, id: string): Promise<NoticeTarget> {
  const target = await noticeRepository.find(accounts.database.db, id);
  if (target?.userId !== userId) throw new Refusal('not_found', 'There is no such target.');
  return target;
}

export async function createTarget(deps: NoticeDeps, user: User, input: NoticeTargetInput): Promise<NoticeTarget> {
  const { accounts } = deps;
  const { settings, ...rest } = input;
  assertEvents(user, input.events);
  const id = `ntg_${accounts.newId()}`;
  const target = {
    ...rest,
    id,
    userId: user.id,
    createdAt: accounts.now(),
    ...keep(deps, user, id, input.kind, settings),
  };
  await accounts.database.transact(async (db) => {
    if ((await noticeRepository.ofUser(db, user.id)).length >= mostTargets)
      throw new Refusal('conflict', `There may be ${mostTargets} targets.`);
    await noticeRepository.insert(db, target);
    await record(deps, db, target, 'create');
  });
  return target;
}

export async function changeTarget(
  deps: NoticeDeps,
  user: User,
  id: string,
  { settings, ...patch }: NoticeTargetPatch,
): Promise<NoticeTarget> {
  if (patch.events !== undefined) assertEvents(user, patch.events);
  const before = await ownTarget(deps, user.id, id);
  const target: NoticeTarget = {
    ...before,
    name: patch.name ?? before.name,
    enabled: patch.enabled ?? before.enabled,
    events: patch.events ?? before.events,
    language: patch.language ?? before.language,
    quietFrom: patch.quietFrom === undefined ? before.quietFrom : patch.quietFrom,
    quietTo: patch.quietTo === undefined ? before.quietTo : patch.quietTo,
    belowUsd: patch.belowUsd === undefined ? before.belowUsd : patch.belowUsd,
    ...(settings !== undefined && keep(deps, user, id, before.kind, settings)),
  };
  await deps.accounts.database.transact(async (db) => {
    await noticeRepository.update(db, target);
    await record(deps, db, target, 'update');
  });
  return target;
}

export async function removeTarget(deps: NoticeDeps, userId: string, id: string): Promise<void> {
  const target = await ownTarget(deps, userId, id);
  await deps.accounts.database.transact(async (db) => {
    if (!(await noticeRepository.remove(db, userId, id))) throw new Refusal('not_found', 'There is no such target.');
    await record(deps, db, target, 'delete');
  });
}

function assertEvents(user: User, events: readonly NoticeEvent[]): void {
  const beyond = events.find((event) => administratorsEvents.includes(event));
  if (beyond !== undefined && !may('channels:read', user))
    throw new Refusal('forbidden', 'Only administrators are told of this.', { param: 'events' });
}

/** Reads what a kind needs to know, and seals it. */
function keep(
  { accounts }: NoticeDeps,
  user: User,
  id: string,
  kind: NoticeTarget['kind'],
  given: Readonly<Record<string, string>>,
): Pick<NoticeTarget, 'sealed' | 'hint'> {
  const seal = (settings: unknown): string =>
    accounts.secretBox.seal(JSON.stringify(settings), noticeTargetContext(id));
  if (kind === 'email') {
    if (user.email === null)
      throw new Refusal('conflict', 'You have no e-mail address. Set one on your account page.', { param: 'kind' });
    return { sealed: seal({}), hint: user.email };
  }
  try {
    const { settings, hint } = noticeKindTable[kind].open(given);
    return { sealed: seal(settings), hint };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    throw new Refusal('invalid_request', issue?.message ?? 'is not valid', {
      param: ['settings', ...(issue?.path ?? [])].join('.'),
    });
  }
}

const record = async (
  { accounts }: NoticeDeps,
  db: Parameters<typeof auditRepository.append>[0],
  target: NoticeTarget,
  action: string,
): Promise<void> =>
  await auditRepository.append(db, {
    at: accounts.now(),
    actor: `user:${target.userId}`,
    action: `notice-target.${action}`,
    subject: `notice-target:${target.id}`,
    before: null,
    after: { kind: target.kind, hint: target.hint, events: [...target.events], enabled: target.enabled },
  });

/** Tells something at once; returns what was said to it, and throws why it was not taken. */
async function tell(
  deps: NoticeDeps,
  target: NoticeTarget,
  told: { readonly event: NoticeEvent | 'test'; readonly facts: NoticeFacts; readonly id: string },
): Promise<string> {
  const { accounts, mailer } = deps;
  const { publicUrl } = accounts.snapshot().settings.site;
  const url = URL.canParse(publicUrl)
    ? new URL(noticePage[told.event], publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`).href
    : undefined;
  const said = sayNotice(told.event, target.language, told.facts);
  const notice: Notice = { event: told.event, ...said, url, id: told.id, at: accounts.now() };
  if (target.kind === 'email') {
    const user = await userRepository.find(accounts.database.db, target.userId);
    if (user === undefined || user.email === null) throw new Error('The account has no address.');
    const values = { title: said.title, lines: [said.text], url };
    return await mailer.send({ to: user.email, letter: 'notice', values, language: target.language, id: told.id });
  }
  const kind = noticeKindTable[target.kind];
  if (!accounts.secretBox.knows(target.sealed)) await accounts.secretBox.reload();
  const request = kind
    .open(JSON.parse(accounts.secretBox.open(target.sealed, noticeTargetContext(target.id))))
    .request(notice);
  const answer = await deps.fetch(request.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...request.headers },
    body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body),
  });
  const text = await answer.text();
  const refused = answer.ok ? kind.refused(text) : text.slice(0, 300);
  if (refused !== undefined) throw new Error(`It answered ${answer.status}: ${refused}`);
  return `${answer.status}`;
}

/** Tells a test now. */
export async function testTarget(
  deps: NoticeDeps,
  userId: string,
  id: string,
): Promise<{ readonly sent: boolean; readonly said: string }> {
  const target = await ownTarget(deps, userId, id);
  const test = { event: 'test', facts: { what: '', figure: '' }, id: `test_${deps.accounts.newId()}` } as const;
  try {
    return { sent: true, said: await tell(deps, target, test) };
  } catch (error) {
    return { sent: false, said: error instanceof Error ? error.message : String(error) };
  }
}

const deliverSchema = z.strictObject({
  targetId: z.string(),
  event: z.enum(noticeEvents),
  facts: z.strictObject({ what: z.string(), figure: z.string() }),
});

const deliverKind = jobKind({ name: 'notices.deliver', payload: deliverSchema, maxAttempts: 8 });

/** Has something told at a target, once the transaction stands. */
export const addNotice = async (
  jobs: Pick<Jobs, 'addWithin'>,
  db: Parameters<Jobs['addWithin']>[0],
  notice: z.output<typeof deliverSchema>,
): Promise<void> => void (await jobs.addWithin(db, deliverKind, notice));

/** Has somebody told of something, wherever they want to be, once the transaction stands. */
export async function tellWithin(
  jobs: Pick<Jobs, 'addWithin'>,
  db: Parameters<Jobs['addWithin']>[0],
  userId: string,
  told: { readonly event: NoticeEvent; readonly facts: NoticeFacts },
): Promise<void> {
  for (const { id, enabled, events } of await noticeRepository.ofUser(db, userId))
    if (enabled && events.includes(told.event)) await addNotice(jobs, db, { targetId: id, ...told });
}

/** Delivers what is to be told, after the quiet hours of whoever is told. */
export const deliverNotices = (deps: NoticeDeps): JobHandler =>
  jobHandler(deliverKind, async ({ targetId, event, facts }, context) => {
    const { db } = deps.accounts.database;
    const target = await noticeRepository.find(db, targetId);
    if (target === undefined || !target.enabled || !target.events.includes(event)) return undefined;
    const user = await userRepository.find(db, target.userId);
    if (user === undefined || !user.enabled) return undefined;
    if (administratorsEvents.includes(event) && !may('channels:read', user)) return undefined;
    const runAt = quietUntil(target, user.timeZone ?? 'UTC', deps.accounts.now());
    if (runAt !== undefined) return { runAt };
    await tell(deps, target, { event, facts, id: context.id });
    return undefined;
  });

/** When quiet hours end, if it is within them: the full hour, by the clock of whoever is told. */
export function quietUntil(
  { quietFrom, quietTo }: Pick<NoticeTarget, 'quietFrom' | 'quietTo'>,
  timeZone: string,
  now: number,
): number | undefined {
  if (quietFrom === null || quietTo === null || quietFrom === quietTo) return undefined;
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  const read = (type: string): number =>
    Number(parts.formatToParts(now).find((part) => part.type === type)?.value ?? 0);
  const hour = read('hour');
  const within = quietFrom < quietTo ? hour >= quietFrom && hour < quietTo : hour >= quietFrom || hour < quietTo;
  if (!within) return undefined;
  const left = ((quietTo - hour + 24) % 24) * 60 - read('minute');
  return now + left * 60_000;
}

/** By what somebody can be told. */
export const listKinds = ({ mailer }: NoticeDeps, user: User) =>
  noticeKinds.map((id) => {
    if (id === 'email')
      return { id, label: 'E-mail', available: mailer.configured() && user.email !== null, fields: [] };
    const { label, fields } = noticeKindTable[id];
    return { id, label, available: true, fields: [...fields] };
  });
