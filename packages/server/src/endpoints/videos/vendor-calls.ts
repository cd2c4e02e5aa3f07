import type { TaskEgress } from '@tollgate/wire/ir/videos';
import { isObject, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { readJson } from '@tollgate/wire/json/read';
import { isOver } from '../../domain/media-task.ts';
import type { MediaTasks } from '../../relay/media-tasks.ts';
import type { Planned } from '../../relay/request-context.ts';
import { sameSecret } from '../../services/accounts/secret-text.ts';

/** How a vendor is told to call when a task has come further. */
export type VendorCalls = {
  /** What it shows then; undefined where it is not told to. */
  readonly called: string | undefined;
  /** The request with the address in it. */
  tell(body: JsonObject): JsonObject;
};

export const noCalls: VendorCalls = { called: undefined, tell: (body) => body };

/**
 * The calls that a vendor is told to make, where it makes any and the operator wants them. Whoever calls is believed nothing but that it is
 * worth asking: the address has a token in it that only the vendor knows, and what became of the task its account is asked.
 */
export function vendorCalls(
  { snapshot }: Pick<Planned, 'snapshot'>,
  { callback }: TaskEgress,
  id: string,
): VendorCalls {
  const { media, site } = snapshot.settings;
  if (!callback || !media.polling.callbacks || !URL.canParse(site.publicUrl)) return noCalls;
  const called = crypto.randomUUID().replaceAll('-', '');
  const url = `${site.publicUrl.replace(/\/$/, '')}/api/webhooks/media/${id}/${called}`;
  return { called, tell: (body) => callback(body, url) };
}

/** The door at which vendors call. */
export type MediaCalls = {
  /** What the vendor of a task shows; undefined for tasks that are over, or whose vendor does not call. */
  called(id: string): Promise<string | undefined>;
  /** Answers a call: one with the right token has the task asked after at once. */
  take(call: VendorCall): Promise<Response>;
};

type VendorCall = {
  /** The task's. */
  readonly id: string;
  /** What was shown, and what was to be. */
  readonly token: string;
  readonly called: string;
  readonly body: Uint8Array;
};

export const openMediaCalls = (tasks: Pick<MediaTasks, 'findAny' | 'hasten'>): MediaCalls => ({
  async called(id) {
    const task = id.length > 100 ? undefined : await tasks.findAny(id);
    return task && !isOver(task.state) ? task.asked.called : undefined;
  },
  async take({ id, token, called, body }) {
    if (!sameSecret(token, called)) return Response.json({ error: 'not its token' }, { status: 403 });
    const read = readJson(body);
    // Some ask first whether anybody hears them, and want their word back.
    const challenge = 'json' in read && isObject(read.json) ? textAt(read.json, 'challenge') : undefined;
    if (challenge !== undefined) return Response.json({ challenge: challenge.slice(0, 1000) });
    await tasks.hasten(id);
    return Response.json({ status: 'success' });
  },
});
