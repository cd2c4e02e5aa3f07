import type { Verb } from './verb.ts';

/**
 * Every verb of the command line by its name, in the order of the help page. Each is loaded when it is called: `serve`
 * must not wait for what only `bench` needs.
 */
export const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  setup: async () => (await import('./setup.ts')).setup,
  'reset-password': async () => (await import('./reset-password.ts')).resetPasswordVerb,
  'reset-second-factor': async () => (await import('./reset-second-factor.ts')).resetSecondFactorVerb,
  apply: async () => (await import('./apply.ts')).applyVerb,
  'keys create': async () => (await import('./keys.ts')).keysCreate,
  'keys rotate': async () => (await import('./keys.ts')).keysRotate,
  'catalogue refresh': async () => (await import('./catalogue.ts')).catalogueRefresh,
  credit: async () => (await import('./credit.ts')).credit,
  migrate: async () => (await import('./migrate.ts')).migrateVerb,
  verify: async () => (await import('./verify.ts')).verify,
  bench: async () => (await import('./bench.ts')).bench,
  demo: async () => (await import('./demo.ts')).demo,
  doctor: async () => (await import('./doctor.ts')).doctor,
};
