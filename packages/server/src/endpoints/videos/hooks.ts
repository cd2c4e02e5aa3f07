import type { JsonObject } from '@tollgate/wire/protocol';
import { z } from 'zod';
import type { MediaTask, TaskHook } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { jobHandler, jobKind, type JobHandler } from '../../services/jobs/job-kind.ts';
import type { Jobs } from '../../services/jobs/jobs.ts';
import { webhookSignature } from '../../services/standard-webhooks.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import type { Database, Db } from '../../store/database.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import { videoClients } from './clients.ts';
import { toldDrawing } from './tasks/midjourney.ts';
import { toldMusic } from './tasks/suno.ts';
import { toldOf, type Telling } from './tell.ts';

const notifyJob = jobKind({
  name: 'media.notify',
  payload: z.object({ taskId: z.string() }),
  atOnce: 8,
  deadlineMs: 60_000,
  maxAttempts: 10,
  backOff: { firstMs: 5000, maxMs: 3_600_000 },
});

export type TellsHooks = {
  readonly handler: JobHandler;
  /** Has the client of a task told what has become of it, if it wants to know; in the transaction that notes that. */
  tellWithin(db: Db, task: MediaTask): Promise<void>;
};

/** Tells clients of their tasks at the addresses that they gave, until each has said that it heard it, or for some hours; `told` runs before it is noted. */
export function tellsHooks(deps: () => RelayDeps, database: Database, jobs: Jobs, told: () => void): TellsHooks {
  return {
    handler: jobHandler(notifyJob, async ({ taskId }, { id }) => {
      const task = await mediaTaskRepository.findAny(database.db, taskId);
      const hook = task?.asked.hook;
      const secret = task && hook && (await apiKeyRepository.findHash(database.db, task.keyId));
      // Without its key nobody could tell that it is the gateway who speaks.
      if (!task || !hook || secret === undefined) return undefined;
      await tell(deps(), task, hook, id, secret);
      told();
      return undefined;
    }),
    async tellWithin(db, { id, asked }) {
      if (asked.hook) await jobs.addWithin(db, notifyJob, { taskId: id });
    },
  };
}

async function tell(deps: RelayDeps, task: MediaTask, hook: TaskHook, id: string, secret: string): Promise<void> {
  const { media } = deps.snapshot().settings;
  const url = new URL(hook.url);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (!media.fetch.ports.includes(port)) throw new Error(`port ${port} is not asked`);
  const now = deps.clock.now();
  const body = JSON.stringify(
    bodyOf(task, hook, { origin: hook.origin, at: now, linkDays: media.results.linkDays, requestId: task.requestId }),
  );
  const answer = await deps.askPublic(
    hook.url,
    { method: 'POST', headers: { 'content-type': 'application/json', ...signed(id, now, body, secret) }, body },
    { maxBytes: 1 << 16, timeoutMs: 15_000, allowPrivate: media.fetch.allowPrivate },
  );
  if (!answer.ok) throw new Error(`it was answered with status ${answer.status}`);
}

/**
 * The headers by which a client knows that it is the gateway who speaks, as https://www.standardwebhooks.com has them. The secret is
 * what both know of the client's key: its SHA-256 in hex, as the gateway keeps nothing else of it.
 */
function signed(id: string, now: number, body: string, secret: string): Record<string, string> {
  const timestamp = `${Math.floor(now / 1000)}`;
  const signature = webhookSignature(secret, { id, timestamp }, body);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

/** A task in the words in which it was asked for. */
function bodyOf(task: MediaTask, { client }: TaskHook, telling: Telling): JsonObject {
  if (task.kind === 'drawing') return toldDrawing(task, telling);
  if (task.kind === 'music') return toldMusic(task, telling);
  const words = videoClients.find(({ id }) => id === client) ?? videoClients[0];
  if (!words) throw new Error('nobody asks for videos');
  return words.ingress.writeState(toldOf(task, telling));
}
