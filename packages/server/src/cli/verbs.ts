import { applyVerb } from './apply.ts';
import { bench } from './bench.ts';
import { credit } from './credit.ts';
import { doctor } from './doctor.ts';
import { keysCreate, keysRotate } from './keys.ts';
import { migrateVerb } from './migrate.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';
import type { Verb } from './verb.ts';
import { verify } from './verify.ts';

/** Every verb of the command line, in the order of the help page. */
export const verbs: readonly Verb[] = [
  serve,
  setup,
  applyVerb,
  keysCreate,
  keysRotate,
  credit,
  migrateVerb,
  verify,
  bench,
  doctor,
];
