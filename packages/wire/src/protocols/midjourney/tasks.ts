import { callbackAt, videoFailure, type TaskEgress, type ToldVideo, type VideoStatus } from '../../ir/videos.ts';
import { at, compact, isList, isObject, numberAt, textAt } from '../../json/fields.ts';
import type { ErrorWords, Json, JsonObject } from '../../protocol.ts';

/** https://github.com/novicezk/midjourney-proxy/blob/main/docs/api.md */
const statuses: Readonly<Record<string, VideoStatus>> = {
  NOT_START: 'queued',
  SUBMITTED: 'queued',
  // It waits for its client to say more.
  MODAL: 'queued',
  IN_PROGRESS: 'in_progress',
  SUCCESS: 'completed',
  FAILURE: 'failed',
  CANCEL: 'failed',
};
const words: Readonly<Record<VideoStatus, string>> = {
  queued: 'SUBMITTED',
  in_progress: 'IN_PROGRESS',
  completed: 'SUCCESS',
  failed: 'FAILURE',
};

/** Codes of what was said to a submission. */
export const mjCodes = {
  submitted: 1,
  noAccount: 3,
  parameter: 4,
  unknown: 5,
  exists: 21,
  queued: 22,
  queueFull: 23,
  bannedWords: 24,
  quota: 30,
} as const;

/** Those with which a task was taken. */
export const mjTaken: ReadonlySet<number> = new Set([mjCodes.submitted, mjCodes.exists, mjCodes.queued]);

/** What of a task of a vendor's its clients are told as it is. */
const kept = [
  'status',
  'promptEn',
  'description',
  'startTime',
  'buttons',
  'properties',
  'videoUrls',
  'botType',
  'maskBase64',
] as const;

/** Some write the names of tasks as numbers. */
const nameOf = (name: Json | undefined): string =>
  typeof name === 'string' || typeof name === 'number' ? `${name}` : '';

/** Drawings in the words of midjourney-proxy. */
export const midjourneyEgress: TaskEgress = {
  callback: callbackAt('notifyHook'),
  readSubmitted(json) {
    if (!isObject(json) || !mjTaken.has(numberAt(json, 'code') ?? 0)) return undefined;
    return nameOf(at(json, 'result')) || undefined;
  },
  ask: (name) => ({ id: name, body: { ids: [name] } }),
  batch: {
    body: (names) => ({ ids: names }),
    pick: (json, name) =>
      isList(json) ? json.find((task) => isObject(task) && nameOf(at(task, 'id')) === name) : undefined,
  },
  readState(task) {
    if (!isObject(task)) return undefined;
    const word = textAt(task, 'status') ?? '';
    const [, progress] = /^(\d{1,3})%?$/.exec(textAt(task, 'progress') ?? '') ?? [];
    const failReason = textAt(task, 'failReason') || undefined;
    const status = statuses[word];
    if (!status) return undefined;
    return {
      status,
      progress: progress === undefined ? undefined : Number(progress),
      url: textAt(task, 'imageUrl') || textAt(task, 'videoUrl') || undefined,
      usage: status === 'completed' ? { requests: 1 } : undefined,
      data: compact(Object.fromEntries(kept.map((name) => [name, at(task, name)]))),
      failure: status === 'failed' ? videoFailure(word.toLowerCase(), failReason) : undefined,
    };
  },
};

/** What is told of a drawing beside what all tasks have. */
export type ToldDrawing = ToldVideo & { readonly action: string };

/** A task as clients of midjourney-proxy are told of it; its picture lies at the gateway. Moments are ms. */
export function writeMjTask(task: ToldDrawing): JsonObject {
  const { id, action, state, prompt, createdAt, finishedAt, url } = task;
  const data = isObject(state.data) ? state.data : {};
  const over = state.status === 'completed' || state.status === 'failed';
  const film = action === 'VIDEO' ? url : undefined;
  return {
    id,
    action,
    prompt,
    promptEn: textAt(data, 'promptEn') ?? prompt,
    description: textAt(data, 'description') ?? '',
    state: '',
    submitTime: createdAt,
    startTime: numberAt(data, 'startTime') ?? 0,
    finishTime: finishedAt ?? 0,
    status: state.status === 'queued' ? (textAt(data, 'status') ?? words.queued) : words[state.status],
    progress: over ? '100%' : `${Math.max(0, Math.min(99, Math.floor(state.progress ?? 0)))}%`,
    imageUrl: film === undefined ? (url ?? '') : '',
    videoUrl: film ?? '',
    videoUrls: at(data, 'videoUrls') ?? [],
    failReason: state.failure?.message ?? '',
    buttons: at(data, 'buttons') ?? [],
    properties: at(data, 'properties') ?? {},
  };
}

const codesOf: Readonly<Record<number, number>> = {
  402: mjCodes.quota,
  429: mjCodes.queueFull,
  503: mjCodes.noAccount,
};

export const writeMjError = ({ status, code, message, param }: ErrorWords, requestId: string): JsonObject => ({
  code: codesOf[status] ?? (status < 500 ? mjCodes.parameter : mjCodes.unknown),
  description: `${param === null ? message : `${message} (${param})`} (request id: ${requestId})`,
  type: code,
});

/** Money is told as too many requests, and a task that is not there as a mistake in a parameter. */
export const mjStatusOf = ({ status }: ErrorWords): number => (status === 402 ? 429 : status === 404 ? 400 : status);

/** What stands in the answer to a submission beside its result. */
export function writeMjSubmitted(json: Json, result: Json): JsonObject {
  const said = isObject(json) ? json : {};
  const code = numberAt(said, 'code') ?? mjCodes.submitted;
  return {
    code: code === mjCodes.queued ? mjCodes.submitted : code,
    description: textAt(said, 'description') ?? '',
    properties: at(said, 'properties') ?? {},
    result,
  };
}
