import { z } from 'zod';
import { forAdmins } from './kinds.ts';
import { leaf } from './leaf.ts';

/** What is not passed on. */
export const safety = {
  blockedWords: leaf(z.array(z.string().trim().min(1).max(200)).max(10_000), [], {
    ...forAdmins,
    unit: 'none',
    description:
      'Words and phrases with which no request is passed on: one that has any of them in its texts is refused (400 `sensitive_words_detected`) before anything is held or asked. In sessions of Realtime and Live each event of the client’s is read by itself, and left out; what is spoken, and files that are uploaded, are not read. Neither case nor full width matters; in scripts that put spaces between words, a word counts only where it stands alone.',
  }),
};
