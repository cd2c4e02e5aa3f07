import type { BackgroundJob, Given } from '../domain/background-job.ts';
import type { Hold } from '../services/ledger/types.ts';

/**
 * Answers that a provider works on after its client was told so. What each may cost is reserved, and a job written down,
 * before the client is answered; the job asks after it until it is done, and charges it then, in whichever process. The
 * request's id makes two that charge at once charge one time.
 */
export type Background = {
  /** Has an answer looked after from here on. Rejects, with nothing begun, when it cannot be written down. */
  take(job: BackgroundJob, hold: Hold): Promise<void>;
  /** Whether the answer is done and charged, or was never worked on; asks once more before it says no. */
  isSettled(userId: string, responseId: string): Promise<boolean>;
  /** Notes what its client was given of an answer that is worked on, and pays for however it ends. */
  noteGiven(userId: string, responseId: string, given: Given): Promise<void>;
};
