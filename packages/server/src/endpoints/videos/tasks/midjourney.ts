import { at, isList, isObject, numberAt, textAt, textsAt } from '@tollgate/wire/json/fields';
import { encodeText } from '@tollgate/wire/text';
import type { JsonObject } from '@tollgate/wire/protocol';
import { mjModes, mjSubmissions, readMjRequest, withOrigin } from '@tollgate/wire/protocols/midjourney/requests';
import {
  midjourneyEgress,
  mjStatusOf,
  mjTaken,
  writeMjError,
  writeMjSubmitted,
  writeMjTask,
} from '@tollgate/wire/protocols/midjourney/tasks';
import { readJson } from '@tollgate/wire/json/read';
import { withLinks } from '../../../domain/media-files.ts';
import type { MediaTask } from '../../../domain/media-task.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { EndpointRoute, ErrorFormat } from '../../../relay/call.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import type { Endpoint } from '../../../relay/endpoint.ts';
import type { Inspected } from '../../../relay/request-context.ts';
import { ask } from '../../../relay/send/ask.ts';
import { makingAccountOf } from '../account.ts';
import { requestOf } from '../../shared/task-requests.ts';
import { ownAnswer } from '../own-answers.ts';
import { tellingTo, toldOf, type Telling } from '../tell.ts';
import { findTask, namedTasks } from '../own-tasks.ts';
import { beginsTasks } from './begins-tasks.ts';
import { openMedia } from './open-media.ts';

const errors: ErrorFormat = {
  writeError: writeMjError,
  writeStreamError: (words, requestId) => encodeText(JSON.stringify(writeMjError(words, requestId))),
  statusOf: mjStatusOf,
};

const prefixes = ['', ...mjModes.map((mode) => `/${mode}`)] as const;

/** The same at every speed. */
const everywhere = (routes: readonly EndpointRoute[]): readonly EndpointRoute[] =>
  prefixes.flatMap((prefix) => routes.map((route) => ({ ...route, path: prefix + route.path })));

const submissions = prefixes.flatMap((prefix) =>
  mjSubmissions.map((submission): EndpointRoute => ({
    method: 'POST',
    path: `${prefix}${submission === 'swap' ? '/mj/insight-face/swap' : `/mj/submit/${submission}`}`,
    action: prefix === '' ? submission : `${prefix.slice(1)}/${submission}`,
  })),
);

/** Drawings, as midjourney-proxy has them. https://github.com/novicezk/midjourney-proxy/blob/main/docs/api.md */
const submit = beginsTasks({
  id: 'midjourney-submit',
  title: 'Midjourney',
  routes: submissions,
  protocol: 'midjourney',
  operation: 'drawings',
  errors,
  kind: 'drawing',
  egress: midjourneyEgress,
  read(json, { action: place = '' }) {
    const slash = place.indexOf('/');
    const read = readMjRequest(json, place.slice(slash + 1), slash < 0 ? undefined : place.slice(0, slash));
    if ('invalid' in read) return read;
    const { model, prompt, action, mode, origin, body } = read;
    const asked = { prompt, seconds: undefined, size: undefined, action, mode };
    return { model, asked, body, origin, place };
  },
  withOrigin,
  refusalIn: (json) => ({
    status: numberAt(json, 'code') === 23 ? 429 : 400,
    message: textAt(json, 'description') ?? 'The provider has begun nothing.',
    code: `${numberAt(json, 'code') ?? ''}`,
    type: undefined,
    param: undefined,
  }),
  // Pictures that were taken in are there at once.
  doneAtOnce: (json) =>
    isList(at(json, 'result')) && mjTaken.has(numberAt(json, 'code') ?? 0) ? { usage: { requests: 1 } } : undefined,
  write: (json, { id }) => {
    const result = isObject(json) ? at(json, 'result') : undefined;
    return writeMjSubmitted(json, isList(result) ? result : id);
  },
});

/** A task as its owner is told of it; its pictures and films are at the gateway, for whoever knows their names. */
export function toldDrawing(task: MediaTask, telling: Telling): JsonObject {
  const action = task.asked.action ?? '';
  const place = `${telling.origin}/${action === 'VIDEO' ? 'media' : 'mj/image'}/${task.id}.${task.asked.secret}`;
  const state = withLinks(task.state, (index) => (index === 0 ? place : `${place}.${index}`));
  return writeMjTask({ ...toldOf(task, telling), state, url: state.url, action });
}

const told = (task: MediaTask, context: Inspected): JsonObject => toldDrawing(task, tellingTo(context));

const free = { errors, protocol: 'midjourney', operation: 'drawings' } as const;

async function ownDrawing(deps: RelayDeps, context: Inspected): Promise<MediaTask> {
  const id = (context.call.target.params['id'] ?? '').slice(0, 100);
  const task = await findTask(deps, context, id);
  if (task?.kind !== 'drawing') throw new Refusal('task_not_found', 'There is no such task.', { param: 'id' });
  return task;
}

const mostAtOnce = 100;

async function readSeveral(deps: RelayDeps, context: Inspected): Promise<readonly JsonObject[]> {
  const { json } = context.body;
  const ids = isObject(json) ? textsAt(json, 'ids') : [];
  if (ids.length > mostAtOnce)
    throw new Refusal('invalid_request', `"ids" must have at most ${mostAtOnce} tasks.`, { param: 'ids' });
  const found = await namedTasks(deps, context, ids);
  return found.filter(({ kind }) => kind === 'drawing').map((task) => told(task, context));
}

/** The seed of a picture, which only who drew it can tell. */
async function readSeed(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const task = await ownDrawing(deps, context);
  const account = makingAccountOf(context.snapshot, task);
  const request = account && (await requestOf(deps, account, 'seed', { id: task.vendorId }));
  const asked = request && (await ask(deps, context.snapshot.settings.relay, request));
  const read = asked && 'body' in asked && asked.status === 200 ? readJson(asked.body) : undefined;
  if (!read || 'failure' in read || !isObject(read.json))
    throw new Refusal('upstream_unreachable', 'The provider did not tell the seed.');
  return read.json;
}

export const midjourneyEndpoints: readonly Endpoint[] = [
  submit,
  ownAnswer(
    {
      id: 'midjourney-read',
      title: 'Midjourney, how far one is',
      routes: everywhere([{ method: 'GET', path: '/mj/task/{id}/fetch' }]),
    },
    async (deps, context) => told(await ownDrawing(deps, context), context),
    free,
  ),
  ownAnswer(
    {
      id: 'midjourney-list',
      title: 'Midjourney, how far several are',
      routes: everywhere([{ method: 'POST', path: '/mj/task/list-by-condition' }]),
    },
    readSeveral,
    { ...free, body: 'json', maxBodyBytes: 1 << 20 },
  ),
  ownAnswer(
    {
      id: 'midjourney-seed',
      title: 'Midjourney, the seed of one',
      routes: everywhere([{ method: 'GET', path: '/mj/task/{id}/image-seed' }]),
    },
    readSeed,
    free,
  ),
  openMedia(errors),
];
