import { withoutHook } from '@tollgate/wire/ir/videos';
import { at, isObject, textAt, textsAt } from '@tollgate/wire/json/fields';
import { encodeText } from '@tollgate/wire/text';
import type { JsonObject } from '@tollgate/wire/protocol';
import {
  readSunoRequest,
  sunoActions,
  sunoEgress,
  sunoSaid,
  writeSunoError,
  writeSunoTask,
} from '@tollgate/wire/protocols/suno/tasks';
import type { MediaTask } from '../../../domain/media-task.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { ErrorFormat } from '../../../relay/call.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import type { Endpoint } from '../../../relay/endpoint.ts';
import type { Inspected } from '../../../relay/request-context.ts';
import { ownAnswer } from '../own-answers.ts';
import { tellingTo, toldOf, type Telling } from '../tell.ts';
import { findTask, namedTasks } from '../own-tasks.ts';
import { beginsTasks } from './begins-tasks.ts';

const errors: ErrorFormat = {
  writeError: writeSunoError,
  writeStreamError: (words, requestId) => encodeText(JSON.stringify(writeSunoError(words, requestId))),
  // Who asks after what is not there has made a mistake.
  statusOf: ({ status }) => (status === 404 ? 400 : status),
};

/** Music and lyrics, as suno-api has them. https://docs.newapi.pro/en/api/suno-music/ */
const submit = beginsTasks({
  id: 'suno-submit',
  title: 'Suno',
  routes: sunoActions.map((action) => ({ method: 'POST', path: `/suno/submit/${action}`, action })),
  protocol: 'suno',
  operation: 'music',
  errors,
  kind: 'music',
  egress: sunoEgress,
  read(json, { action = '' }) {
    const read = readSunoRequest(json, action);
    if ('invalid' in read) return read;
    const body = withoutHook(read.body);
    const id = textAt(json, 'task_id') ?? '';
    return {
      model: read.model,
      asked: { prompt: read.prompt, seconds: undefined, size: undefined, action: action.toUpperCase() },
      body,
      origin: id === '' ? undefined : { id, done: true },
      place: action,
    };
  },
  withOrigin: (body, _ours, theirs) => ({ ...body, task_id: theirs }),
  refusalIn: (json) => ({
    status: 400,
    message: textAt(json, 'message') ?? 'The provider has begun nothing.',
    code: textAt(json, 'code'),
    type: undefined,
    param: undefined,
  }),
  write: (_json, { id }) => sunoSaid(id),
});

/** A task as its owner is told of it. */
export const toldMusic = (task: MediaTask, telling: Telling): JsonObject =>
  writeSunoTask(toldOf(task, telling), task.asked.action ?? 'MUSIC');

const told = (task: MediaTask, context: Inspected): JsonObject => toldMusic(task, tellingTo(context));

const free = { errors, protocol: 'suno', operation: 'music' } as const;

async function readOne(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const id = (context.call.target.params['id'] ?? '').slice(0, 100);
  const task = await findTask(deps, context, id);
  if (task?.kind !== 'music') throw new Refusal('task_not_found', 'There is no such task.', { param: 'id' });
  return sunoSaid(told(task, context));
}

/** More are not asked after at once. */
const mostAtOnce = 100;

async function readSeveral(deps: RelayDeps, context: Inspected): Promise<JsonObject> {
  const { json } = context.body;
  const body = isObject(json) ? json : {};
  const ids = textsAt(body, 'ids');
  if (ids.length > mostAtOnce)
    throw new Refusal('invalid_request', `"ids" must have at most ${mostAtOnce} tasks.`, { param: 'ids' });
  const action = at(body, 'action') ?? null;
  if (action !== null && typeof action !== 'string')
    throw new Refusal('invalid_request', '"action" must be a string.', { param: 'action' });
  const found = await namedTasks(deps, context, ids);
  const wanted = action ? action.toUpperCase() : undefined;
  const tasks = found.filter(({ kind, asked }) => kind === 'music' && (!wanted || asked.action === wanted));
  return sunoSaid(tasks.map((task) => told(task, context)));
}

export const sunoEndpoints: readonly Endpoint[] = [
  submit,
  ownAnswer(
    { id: 'suno-read', title: 'Suno, how far one is', routes: [{ method: 'GET', path: '/suno/fetch/{id}' }] },
    readOne,
    free,
  ),
  ownAnswer(
    { id: 'suno-list', title: 'Suno, how far several are', routes: [{ method: 'POST', path: '/suno/fetch' }] },
    readSeveral,
    { ...free, body: 'json', maxBodyBytes: 1 << 20 },
  ),
];
