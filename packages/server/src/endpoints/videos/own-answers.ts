import type { JsonObject } from '@tollgate/wire/protocol';
import { isObject, textAt } from '@tollgate/wire/json/fields';
import { jimengVideosIngress } from '@tollgate/wire/protocols/jimeng/videos-ingress';
import { writeVideo } from '@tollgate/wire/protocols/openai-media/videos';
import { Refusal } from '../../domain/refusal.ts';
import { isOver, type MediaTask } from '../../domain/media-task.ts';
import { answerHeaders } from '../../relay/answer/headers.ts';
import type { EndpointFacts } from '../../relay/call.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Inspected } from '../../relay/request-context.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { lookedUp } from '../shared/foreign-resources.ts';
import { summaryOf } from '../shared/inspect.ts';
import { cancelTask } from './cancel.ts';
import { errorsBy, videoClients, type VideoClient } from './clients.ts';
import { findTask, listTasks } from './own-tasks.ts';
import { tellingTo, toldOf } from './tell.ts';

/** What all questions after videos have in common: they are free, and answered by the gateway itself. */
export const free = {
  protocol: 'openai-chat',
  operation: 'videos',
  errors: passthroughOf('openai-chat'),
  body: 'none',
  charged: false,
  inspect: () => summaryOf('', null),
} as const satisfies Partial<Endpoint>;

/** Of what is answered without anybody being asked. */
export const askedOfNobody = {
  candidates: () => [],
  exchange: () => {
    throw new Error('nobody is asked');
  },
} as const satisfies Partial<Endpoint>;

export const ownAnswer = (
  facts: Pick<EndpointFacts, 'id' | 'title' | 'routes'>,
  answer: (deps: RelayDeps, context: Inspected) => Promise<JsonObject | readonly JsonObject[]>,
  more: Partial<Pick<Endpoint, 'errors' | 'body' | 'maxBodyBytes' | 'protocol' | 'operation'>> = {},
): Endpoint =>
  defineEndpoint<JsonObject | readonly JsonObject[]>({
    ...free,
    ...askedOfNobody,
    ...facts,
    ...more,
    answers: ['json'],
    begin: answer,
    fallback: (context, json) => Response.json(json, { headers: answerHeaders(context, 'application/json') }),
  });

/** A client's own way to ask how far a video is. */
function readsVideos({ id, title, read, errors, ingress }: VideoClient): Endpoint {
  return ownAnswer(
    { id: `${id}-read`, title: `${title}, how far one is`, routes: read },
    async (deps, context) => ingress.writeState(toldOf(await ownTask(deps, context), tellingTo(context))),
    { errors },
  );
}

/** Clients who name a video in the body of their question. */
const readsByBody: Endpoint = ownAnswer(
  {
    id: 'jimeng-videos-read',
    title: 'Jimeng, how far one is',
    routes: [{ method: 'POST', path: '/jimeng/', query: { Action: 'CVSync2AsyncGetResult' } }],
  },
  async (deps, context) => {
    const { json } = context.body;
    const task = await ownVideo(deps, context, (isObject(json) ? textAt(json, 'task_id') : undefined) ?? '');
    return jimengVideosIngress.writeState(toldOf(task, tellingTo(context)));
  },
  { errors: errorsBy(jimengVideosIngress), body: 'json', maxBodyBytes: 1 << 20 },
);

/** The task that a call's path names, if it is its caller's own. */
export const ownTask = (deps: RelayDeps, context: Inspected): Promise<MediaTask> =>
  ownVideo(deps, context, context.call.target.params['id'] ?? '');

/** A video of the caller's own, by its name. */
export async function ownVideo(
  deps: RelayDeps,
  asking: Pick<Inspected, 'key' | 'snapshot'>,
  id: string,
): Promise<MediaTask> {
  const task = await findTask(deps, asking, id);
  if (task?.kind !== 'video') throw new Refusal('video_not_found', 'There is no such video.', { param: 'id' });
  return task;
}

const defaultLimit = 20;
const maxLimit = 100;

async function list(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const { call } = context;
  const query = new URL(call.request.url).searchParams;
  const limit = Number(query.get('limit') ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    throw new Refusal('invalid_request', `"limit" must be a whole number from 1 to ${maxLimit}.`, { param: 'limit' });
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc')
    throw new Refusal('invalid_request', '"order" must be asc or desc.', { param: 'order' });
  const after = query.get('after') ?? undefined;
  const { tasks, hasMore } = await listTasks(deps, context, {
    kind: 'video',
    limit,
    after: after?.slice(0, 100),
    order,
  });
  const data = tasks.map((task) => writeVideo(toldOf(task, tellingTo(context))));
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: hasMore,
  };
}

/** Gives up a video that is still being made. */
async function cancel(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const task = await ownTask(deps, context);
  await cancelTask(deps, task);
  return writeVideo(toldOf(task, tellingTo(context)));
}

async function remove(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const task = await ownTask(deps, context);
  // What is forgotten before it is done could not be charged any more.
  if (!isOver(task.state)) throw new Refusal('video_in_progress', 'The video is still being made.');
  await lookedUp(deps, deps.tasks.remove(task.userId, task.id));
  return { id: task.id, object: 'video.deleted', deleted: true };
}

/** https://platform.openai.com/docs/api-reference/videos */
export const ownAnswerEndpoints: readonly Endpoint[] = [
  ownAnswer(
    { id: 'videos-list', title: 'OpenAI Videos, those of one’s own', routes: [{ method: 'GET', path: '/v1/videos' }] },
    list,
  ),
  ...videoClients.filter(({ read }) => read.length > 0).map(readsVideos),
  readsByBody,
  ownAnswer(
    {
      id: 'videos-delete',
      title: 'OpenAI Videos, forgetting one',
      routes: [{ method: 'DELETE', path: '/v1/videos/{id}' }],
    },
    remove,
  ),
  ownAnswer(
    {
      id: 'videos-cancel',
      title: 'Giving up a video, where its provider does so',
      routes: [{ method: 'POST', path: '/v1/videos/{id}/cancel' }],
    },
    cancel,
  ),
];
