import { nearestShape } from './images.ts';
import type { LossTracker, Read } from './loss.ts';
import type { Usage } from './usage.ts';
import { isObject, textAt } from '../json/fields.ts';
import type { ErrorWords, Invalid, Json, JsonObject } from '../protocol.ts';

/** A video to be made of words, as every vendor asks for it in other words. */
export type VideoRequest = {
  readonly prompt: string;
  /** Whole seconds; undefined leaves it to the vendor. */
  readonly seconds: number | undefined;
  readonly size: VideoSize | undefined;
  /** The picture that it begins with: an address (`https:`), or its bytes in a `data:` URL. */
  readonly picture: string | undefined;
  /** The picture that it ends with, as `picture`. */
  readonly lastPicture?: string | undefined;
  /** Pictures of what is to be seen in it, whatever it begins with. */
  readonly references?: readonly string[] | undefined;
  /** What is not to be seen in it. */
  readonly negative?: string | undefined;
  readonly seed?: number | undefined;
  /** Whether it is to have sound; undefined leaves it to the vendor. */
  readonly audio?: boolean | undefined;
};

/** Wishes that only some vendors can fulfil. */
export const furtherWishes = ['lastPicture', 'references', 'negative', 'seed', 'audio'] as const;
export type FurtherWish = (typeof furtherWishes)[number];

export type VideoSize = { readonly width: number; readonly height: number };

/** How far a video is. What it ends as is `completed` or `failed`. */
export type VideoStatus = 'queued' | 'in_progress' | 'completed' | 'failed';

/** What a vendor says of a video that it makes, or has made. */
export type VideoState = {
  readonly status: VideoStatus;
  /** Hundredths, where they are told. */
  readonly progress?: number | undefined;
  /** Where the video lies, where that is an address that needs no key. */
  readonly url?: string | undefined;
  /** Where a picture of it lies, for those who have not begun to play it. */
  readonly poster?: string | undefined;
  /** What names the file at its vendor, where it has to be asked for once more. */
  readonly file?: string | undefined;
  /** What it cost its vendor, as far as that is told. */
  readonly usage?: Usage | undefined;
  /** As it was made: `1280x720`, `720p`. */
  readonly size?: string | undefined;
  readonly resolution?: string | undefined;
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
  /** What else its vendor says of it, as its clients are told it too: pieces of music, buttons of a drawing. */
  readonly data?: Json | undefined;
};

/** A request for a video in a vendor's words; `action` where the vendor has several places for what is asked (`image2video`). */
export type WrittenVideo = Read<JsonObject> & { readonly action?: string | undefined };

/** What was sent to a vendor. */
export type SentVideo = { readonly action: string | undefined; readonly body: JsonObject };

/** How upstreams of a protocol tell of what they make while nobody waits: videos, music, drawings. */
export type TaskEgress = {
  /** What names the video from now on; undefined when the vendor has not taken the request. */
  readSubmitted(json: Json, sent: SentVideo): string | undefined;
  /** What names a video in paths, and a body, for vendors that are asked by POST how far it is; by default its name alone. */
  ask?(name: string): { readonly id: string; readonly body?: JsonObject | undefined };
  /** Undefined when it says nothing that is understood. */
  readState(json: Json): VideoState | undefined;
  /** Where the file lies, of an answer to the question where it does; for vendors that are asked once more. */
  readFile?(json: Json): string | undefined;
  /** The video itself, of an answer to the question how far it is; for vendors that hand it out there. */
  readContent?(json: Json): { readonly base64: string; readonly mediaType: string } | undefined;
  /** For vendors that can be asked after several at once. */
  readonly batch?: {
    /** Of those who are asked by POST where one is asked after, too. */
    body?(names: readonly string[]): JsonObject;
    /** Of those who have a list that can be asked for some: what names them in its query. */
    query?(names: readonly string[]): string;
    /** What the answer says of one of them, also where only that one was asked for; undefined when it says nothing. */
    pick(json: Json, name: string): Json | undefined;
  };
  /** The request with an address in it at which the vendor says that the task has come further; for vendors that do. */
  callback?(body: JsonObject, url: string): JsonObject;
  /** Of which task a call speaks that comes to an address of an account's, for vendors that make such; undefined when of none. */
  calledAbout?(json: Json): string | undefined;
  /** For vendors at whom a task is found again of which they took the request, while their answer was lost. */
  readonly search?: TaskSearch | undefined;
};

/** How a task is found again whose name the gateway never heard. */
export type TaskSearch = {
  /** The request with a name of the gateway's own in it, by which its vendor is asked then. */
  mark?(body: JsonObject, name: string): JsonObject;
  /** What names the task in the path of the question, where that is no list. */
  nameOf?(sought: SoughtTask): string;
  find(json: Json, sought: SoughtTask): FoundTask;
};

/** What is known of such a task. */
export type SoughtTask = {
  /** The gateway's own name of it. */
  readonly name: string;
  /** The vendor's place where it was begun (`image2video`). */
  readonly action: string | undefined;
  /** As the vendor was asked. */
  readonly model: string;
  readonly prompt: string;
  /** Before it was begun, and after; ms since the epoch. */
  readonly from: number;
  readonly until: number;
  /** What the vendor calls tasks that are known not to be it. */
  readonly known: ReadonlySet<string>;
};

/** What the vendor calls it; `absent` when it has none; `unclear` when its answer does not tell. */
export type FoundTask = { readonly vendorId: string } | 'absent' | 'unclear';

/** What of a list of a vendor's tasks, the newest first, is compared. `at` is ms since the epoch. */
export type ListedTask = {
  readonly id: string;
  readonly model: string | undefined;
  readonly prompt: string | undefined;
  readonly at: number | undefined;
};

/** The task that is sought among those of a list, the newest first; `whole` says that no older one was left out. */
export function findListed(tasks: readonly ListedTask[], whole: boolean, sought: SoughtTask): FoundTask {
  const { model, prompt, from, until, known } = sought;
  // Two that are alike are as good as each other.
  const found = tasks.findLast(
    (task) =>
      !known.has(task.id) &&
      task.prompt === prompt &&
      (task.model === undefined || task.model === model) &&
      task.at !== undefined &&
      task.at >= from &&
      task.at <= until,
  );
  if (found) return { vendorId: found.id };
  if (tasks.some(({ prompt: said, at }) => said === undefined || at === undefined)) return 'unclear';
  const isCovered = whole || tasks.some(({ at }) => at !== undefined && at < from);
  return isCovered ? 'absent' : 'unclear';
}

/** How upstreams of a protocol are asked for videos, and answer. */
export type VideoEgress = TaskEgress & {
  /** The further wishes that it writes; the others are told as losses. */
  readonly takes?: readonly FurtherWish[];
  write(request: VideoRequest, model: string): WrittenVideo | Invalid;
};

/** What was wished for and is not said to a vendor that knows no such thing. */
export function unfulfilled(request: VideoRequest, takes: readonly FurtherWish[] = []): Read<undefined>['losses'] {
  return furtherWishes.flatMap((wish) =>
    request[wish] === undefined || takes.includes(wish)
      ? []
      : [{ path: wish, kind: 'dropped' as const, detail: 'the vendor of this model has it not' }],
  );
}

/** The time nearest to what was asked among those that a vendor makes; told as a loss where it is not the same. */
export function nearestSeconds(
  seconds: number | undefined,
  offered: readonly number[],
  losses: LossTracker,
): number | undefined {
  if (seconds === undefined) return undefined;
  let best = offered[0] ?? seconds;
  for (const one of offered) if (Math.abs(one - seconds) < Math.abs(best - seconds)) best = one;
  if (best !== seconds) losses.approximated('seconds', `${best} seconds are the nearest`);
  return best;
}

/** A count that stands there as a number or as text; rounded up to a whole one. */
export function readCount(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 ? Math.ceil(number) : undefined;
}

/** The base64 of a `data:` URL; an address as it is. */
export const bareBase64 = (picture: string): string => /^data:[^,]{0,200};base64,(.*)$/s.exec(picture)?.[1] ?? picture;

/** What vendors call videos by the shorter side of their pictures. */
const lines = [2160, 1440, 1080, 768, 720, 540, 480, 360] as const;

/** The vendor's word nearest to a size (`720p`), among those that it has, and whether it is the same. */
export function nearestLines(
  { width, height }: VideoSize,
  offered: readonly number[],
): { readonly lines: number; readonly exact: boolean } {
  const shorter = Math.min(width, height);
  let best = offered[0] ?? lines[4];
  for (const one of offered) if (Math.abs(one - shorter) < Math.abs(best - shorter)) best = one;
  return { lines: best, exact: best === shorter };
}

/** For vendors that are told at `field` where to call. */
export const callbackAt =
  (field: string): NonNullable<TaskEgress['callback']> =>
  (body, url) => ({ ...body, [field]: url });

/** The name that a vendor gives a task, at `field` of its answer. */
export const nameAt =
  (field: string) =>
  (json: Json): string | undefined =>
    isObject(json) ? textAt(json, field) : undefined;

/** Reads the states of a vendor that tells them by one word at `field` of its answer; with a word of no meaning it says nothing. */
export const stateAt =
  (
    field: string,
    statuses: Readonly<Record<string, VideoStatus>>,
    read: (task: JsonObject, status: VideoStatus) => Omit<VideoState, 'status'>,
  ): TaskEgress['readState'] =>
  (json) => {
    const word = nameAt(field)(json);
    if (!isObject(json) || word === undefined || !Object.hasOwn(statuses, word)) return undefined;
    const status = statuses[word];
    return status && { status, ...read(json, status) };
  };

/** What stands in an answer of why there is no video, or that it does not say. */
export const videoFailure = (code: string | undefined, message: string | undefined): VideoState['failure'] => ({
  code: code ?? 'video_failed',
  message: message ?? 'The provider could not make the video.',
});

/** A size in the words of vendors who have shapes and lines; told as a loss where it is not the same. */
export function nearestLook(
  size: VideoSize | undefined,
  shapes: readonly string[],
  offered: readonly number[],
  losses: LossTracker,
): { readonly shape: string | undefined; readonly lines: number | undefined } {
  const shape = size && nearestShape(size, shapes);
  const near = size && nearestLines(size, offered);
  if (size && !(shape?.exact && near?.exact))
    losses.approximated('size', `${near?.lines} lines in the shape ${shape?.shape} are the nearest`);
  return { shape: shape?.shape, lines: near?.lines };
}

/** Output tokens of a video where vendors count in such: pixels of all its pictures, in thousands. */
export const videoTokens = ({ width, height }: VideoSize, seconds: number): number =>
  Math.ceil((width * height * seconds * framesPerSecond) / 1024);

const framesPerSecond = 24;

/** `1280x720` as two numbers; undefined for other text. */
export function readSize(text: string | undefined): VideoSize | undefined {
  const [, width, height] = /^(\d{2,5})[x*](\d{2,5})$/.exec(text ?? '') ?? [];
  return width === undefined ? undefined : { width: Number(width), height: Number(height) };
}

/** What is told of a video to its client. Moments are ms since the epoch. */
export type ToldVideo = {
  /** The gateway's own. */
  readonly id: string;
  readonly model: string;
  readonly state: VideoState;
  readonly prompt: string;
  readonly seconds: number | undefined;
  readonly size: string | undefined;
  /** The gateway's own name of the video that it goes on with. */
  readonly origin?: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt: number | undefined;
  /** Where it can be fetched, once it is done. */
  readonly url: string | undefined;
  /** Which request is answered. */
  readonly requestId: string;
};

/** A request for a video as a client made it. */
export type AskedVideo = Read<VideoRequest> & { readonly model: string };

/** How clients of a protocol ask for videos, and are answered. */
export type VideoIngress = {
  /** `action` is what the path says, where it says more than the body (`image2video`). */
  read(json: JsonObject, action: string | undefined): AskedVideo | Invalid;
  /** The body with the model's name upstream, for vendors who are asked in the client's own words. */
  withModel(json: JsonObject, model: string): JsonObject;
  /** Of a video that has just been begun. */
  writeBegun(video: ToldVideo): JsonObject;
  writeState(video: ToldVideo): JsonObject;
  writeError(words: ErrorWords, requestId: string): JsonObject;
};

/** In what clients say where they want to be told of a task. */
const hookNames = ['notifyHook', 'notify_hook', 'callback_url', 'webhook_url'] as const;

/** Where a client wants to be told what becomes of what it asks for; undefined when nowhere. */
export function hookIn(json: JsonObject): string | undefined {
  for (const name of hookNames) {
    const value = json[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** What is asked, for a vendor: the gateway tells clients itself, by names that they know. */
export function withoutHook(json: JsonObject): JsonObject {
  if (!hookNames.some((name) => json[name] !== undefined)) return json;
  return Object.fromEntries(Object.entries(json).filter(([name]) => !hookNames.some((hook) => hook === name)));
}

/** A moment that stands there as ISO 8601 has it, in ms since the epoch. */
export function momentAt(json: JsonObject, name: string): number | undefined {
  const moment = Date.parse(textAt(json, name) ?? '');
  return Number.isNaN(moment) ? undefined : moment;
}

/** Seconds since the epoch. */
export const inSeconds = (ms: number): number => Math.floor(ms / 1000);

/** The size that lines (`720p`) and a shape (`16:9`) come to; undefined where nothing is said of either. */
export function sizeOf(resolution: string | undefined, shape: string | undefined): VideoSize | undefined {
  const [, lines] = /^(\d{3,4})p?$/i.exec(resolution ?? '') ?? [];
  const [, across, down] = /^(\d{1,3}):(\d{1,3})$/.exec(shape ?? '') ?? [];
  if (lines === undefined && across === undefined) return undefined;
  const shorter = resolution?.toLowerCase() === '4k' ? 2160 : Number(lines ?? 720);
  const [wide, high] = [Number(across ?? 16), Number(down ?? 9)];
  if (wide === 0 || high === 0) return undefined;
  const longer = 2 * Math.round((shorter * Math.max(wide, high)) / Math.min(wide, high) / 2);
  return wide >= high ? { width: longer, height: shorter } : { width: shorter, height: longer };
}

/** A text that must be there. */
export function modelIn(json: JsonObject, name: string): { readonly model: string } | Invalid {
  const model = json[name];
  return typeof model === 'string' && model !== ''
    ? { model }
    : { invalid: `"${name}" must be a non-empty string.`, param: name };
}

/** Refuses a value that is there and is none that the field has. */
export function oneOf(json: JsonObject, name: string, offered: readonly (string | number)[]): Invalid | undefined {
  const value = json[name] ?? null;
  if (value === null || offered.some((one) => one === value)) return undefined;
  return { invalid: `"${name}" must be one of ${offered.join(', ')}.`, param: name };
}
