/**
 * Loaded before every test: properties draw the same examples in every run, so that a red run can be run again and a green
 * one means the same everywhere. `FAST_CHECK_SEED=random` explores; `FAST_CHECK_SEED=<number>` repeats a find.
 */
import fc from 'fast-check';

const asked = process.env['FAST_CHECK_SEED'];
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? 20_261_123) });
