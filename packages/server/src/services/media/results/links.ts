import { createHmac } from 'node:crypto';
import { sameSecret } from '../../accounts/secret-text.ts';

/** What is signed of a link to a file of a task: nobody can make one of another file, or one that holds for longer. */
type Linked = {
  readonly taskId: string;
  readonly index: number;
  /** Seconds since the epoch. */
  readonly expires: number;
};

/** Signs a link with the task's own secret, so that all processes agree and nothing has to be kept beside it. */
export const signLink = (secret: string, { taskId, index, expires }: Linked): string =>
  createHmac('sha256', secret).update(`${taskId}.${index}.${expires}`).digest('base64url');

/** Whether a link was signed with this secret and holds at a moment (ms since the epoch). */
export const isSigned = (secret: string, linked: Linked, signature: string, now: number): boolean =>
  linked.expires * 1000 > now && sameSecret(signature, signLink(secret, linked));
