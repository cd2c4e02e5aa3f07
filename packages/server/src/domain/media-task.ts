import type { VideoState } from '@tollgate/wire/ir/videos';
import type { ProtocolId } from '@tollgate/wire/protocol';

export const mediaKinds = ['video', 'music', 'drawing'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** What a vendor makes while nobody waits, and its owner comes back for. */
export type MediaTask = {
  /** Ours; the vendor's own name of it stays with us. Sorts by time. */
  readonly id: string;
  readonly requestId: string;
  readonly userId: string;
  readonly keyId: string;
  readonly kind: MediaKind;
  /** As it was asked for. */
  readonly model: string;
  readonly channelId: string;
  /** Index of the credential within the channel. */
  readonly credential: number;
  /** By which of the provider's dialects it is asked after. */
  readonly protocol: ProtocolId;
  /** Empty while its vendor has not said it, and of tasks of which nobody knows whether they were begun. */
  readonly vendorId: string;
  /** The process that asks its vendor to begin it; undefined once that has been answered. */
  readonly submitter: string | undefined;
  readonly asked: AskedVideo;
  readonly state: VideoState;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Undefined while it is worked on. */
  readonly finishedAt: number | undefined;
  /** What of it the gateway keeps itself. */
  readonly files: readonly KeptFile[];
  /** What became of it, step by step; the last is its state. */
  readonly history: readonly TaskStep[];
  /** When its owner gave it up; its vendor may not have noticed yet. */
  readonly cancelledAt: number | undefined;
};

/** A step in the life of a task. */
export type TaskStep = {
  readonly what: 'submitted' | VideoState['status'] | 'kept';
  /** Tenths that are done, in hundredths, while it is worked on. */
  readonly progress?: number | undefined;
  /** ms since the epoch. */
  readonly at: number;
};

/** The history with what a task has come to now; the same one when that is no new step. */
export function historyWith(
  history: readonly TaskStep[],
  { status, progress }: VideoState,
  at: number,
): readonly TaskStep[] {
  const last = history.at(-1);
  const tenths = status === 'in_progress' && progress !== undefined ? Math.floor(progress / 10) * 10 : undefined;
  if (last?.what === status && last.progress === tenths) return history;
  return history.length < mostSteps ? [...history, { what: status, progress: tenths, at }] : history;
}

/** A vendor that goes back and forth fills no table. */
const mostSteps = 50;

/** A file of a task's that is kept by the gateway. */
export type KeptFile = {
  /** Which of the task's files it is, as `domain/media-files.ts` counts them. */
  readonly index: number;
  /** Where it is kept; the store that made it knows how to read that. */
  readonly at: string;
  readonly mediaType: string;
  readonly bytes: number;
};

/** What of a request is told again, and charged by where the vendor tells nothing. */
export type AskedVideo = {
  readonly prompt: string;
  readonly seconds: number | undefined;
  readonly size: string | undefined;
  /** What was asked for, where a kind has several (`lyrics`, `UPSCALE`). */
  readonly action?: string | undefined;
  /** The task that it goes on with. */
  readonly origin?: string | undefined;
  /** The vendor's place where it was begun, where that has several (`image2video`). */
  readonly place?: string | undefined;
  /** How fast it was to be made, where that has a price: a tier. */
  readonly mode?: string | undefined;
  /** Who is to be told when it is over, or goes on. */
  readonly hook?: TaskHook | undefined;
  /** What its vendor, who alone was told it, shows when it calls; undefined where it does not call. */
  readonly called?: string | undefined;
  /** By which anybody may see it who knows it; the names of tasks can be guessed. */
  readonly secret?: string | undefined;
};

/** Where a client wants to be told of a task, and in whose words. */
export type TaskHook = {
  readonly url: string;
  /** The endpoint at which it was begun: its words. */
  readonly client: string;
  /** Where the gateway is to that client: links begin with it. */
  readonly origin: string;
};

/** How a task ends that its owner gave up. */
export const cancelledFailure = { code: 'cancelled', message: 'It was cancelled.' } as const;

/** Whether nothing comes after it. */
export const isOver = ({ status }: VideoState): boolean => status === 'completed' || status === 'failed';
