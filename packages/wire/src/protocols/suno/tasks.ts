import {
  callbackAt,
  inSeconds,
  videoFailure,
  type TaskEgress,
  type ToldVideo,
  type VideoStatus,
} from '../../ir/videos.ts';
import { at, isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { ErrorWords, Invalid, JsonObject } from '../../protocol.ts';

/** States of tasks, of suno-api and of New API. */
const statuses: Readonly<Record<string, VideoStatus>> = {
  NOT_START: 'queued',
  SUBMITTED: 'queued',
  QUEUED: 'queued',
  IN_PROGRESS: 'in_progress',
  SUCCESS: 'completed',
  FAILURE: 'failed',
};
const words: Readonly<Record<VideoStatus, string>> = {
  queued: 'QUEUED',
  in_progress: 'IN_PROGRESS',
  completed: 'SUCCESS',
  failed: 'FAILURE',
};

export const sunoActions = ['music', 'lyrics'] as const;

/** Of who names no version. */
const defaultVersion = 'chirp-v3-0';

const refusedWords = 'suno_refused';

/** Music and lyrics in the words of suno-api. https://docs.newapi.pro/en/api/suno-music/ */
export const sunoEgress: TaskEgress = {
  callback: callbackAt('notify_hook'),
  readSubmitted(json) {
    if (!isObject(json) || textAt(json, 'code') !== 'success') return undefined;
    return textAt(json, 'data') || undefined;
  },
  ask: (name) => ({ id: name, body: { ids: [name] } }),
  batch: {
    body: (names) => ({ ids: names }),
    pick: (json, name) =>
      isObject(json) ? objectsAt(json, 'data').find((task) => textAt(task, 'task_id') === name) : undefined,
  },
  readState(task) {
    if (!isObject(task)) return undefined;
    const status = statuses[textAt(task, 'status') ?? ''];
    if (!status) return undefined;
    const [, progress] = /^(\d{1,3})%?$/.exec(textAt(task, 'progress') ?? '') ?? [];
    const data = at(task, 'data') ?? undefined;
    const piece = isObject(data) ? {} : (objectsAt(task, 'data')[0] ?? {});
    return {
      status,
      progress: progress === undefined ? undefined : Number(progress),
      url: textAt(piece, 'audio_url') || undefined,
      poster: textAt(piece, 'image_url') || undefined,
      usage: status === 'completed' ? { requests: 1 } : undefined,
      data,
      failure: status === 'failed' ? videoFailure(refusedWords, textAt(task, 'fail_reason') || undefined) : undefined,
    };
  },
};

/** What is asked of an action, and by which name it is priced; the body with what is usual where it says nothing. */
export function readSunoRequest(
  json: JsonObject,
  action: string,
): { readonly model: string; readonly prompt: string; readonly body: JsonObject } | Invalid {
  const prompt = textAt(json, 'prompt') ?? '';
  if (action === 'lyrics')
    return prompt === ''
      ? { invalid: '"prompt" must be a non-empty string.', param: 'prompt' }
      : { model: 'suno_lyrics', prompt, body: json };
  const described = textAt(json, 'gpt_description_prompt') ?? '';
  const tags = textAt(json, 'tags') ?? '';
  if (prompt === '' && described === '' && tags === '' && at(json, 'make_instrumental') !== true)
    return { invalid: '"prompt" or "gpt_description_prompt" must be a non-empty string.', param: 'prompt' };
  const mv = textAt(json, 'mv') || defaultVersion;
  return { model: 'suno_music', prompt: described || prompt || tags, body: { ...json, mv } };
}

const progressOf = ({ state }: ToldVideo): string => {
  if (state.status === 'completed' || state.status === 'failed') return '100%';
  return `${Math.max(0, Math.min(99, Math.floor(state.progress ?? (state.status === 'queued' ? 20 : 30))))}%`;
};

/** A task as clients of suno-api are told of it. */
export function writeSunoTask(task: ToldVideo, action: string): JsonObject {
  const { id, state, createdAt, finishedAt } = task;
  return {
    task_id: id,
    notify_hook: '',
    action: action.toUpperCase(),
    status: words[state.status],
    fail_reason: state.failure?.message ?? '',
    submit_time: inSeconds(createdAt),
    start_time: state.status === 'queued' ? 0 : inSeconds(createdAt),
    finish_time: finishedAt === undefined ? 0 : inSeconds(finishedAt),
    progress: progressOf(task),
    data: state.data ?? [],
  };
}

export const sunoSaid = (data: JsonObject[string]): JsonObject => ({ code: 'success', message: '', data });

export const writeSunoError = ({ code, message, param }: ErrorWords, requestId: string): JsonObject => ({
  code: code === 'task_not_found' ? 'task_not_exist' : code,
  message: `${param === null ? message : `${message} (${param})`} (request id: ${requestId})`,
  data: null,
});
