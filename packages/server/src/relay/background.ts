import type { BackgroundJob, Given } from '../domain/background-job.ts';
import type { Hold } from '../services/ledger/types.ts';

/**
 * Answers that a provider works on after its client was told so. Each is written down before the client is answered, asked
 * after until it is done, and charged then; when its process dies, another goes on asking. The request's id makes two that
 * charge at once charge one time.
 */
export type Background = {
  /** Looks after an answer from here on. Rejects, with nothing begun, when it cannot be written down. */
  take(job: BackgroundJob, hold: Hold): Promise<void>;
  /** Whether the answer is done and charged, or was never worked on; asks once more before it says no. */
  isSettled(userId: string, responseId: string): Promise<boolean>;
  /** Notes what its client was given of an answer that is worked on, and pays for however it ends. */
  noteGiven(userId: string, responseId: string, given: Given): Promise<void>;
  /** Takes up what nobody looks after any more. */
  start(): void;
  /** Stops asking, and leaves what is open to the next process. */
  stop(): Promise<void>;
};
