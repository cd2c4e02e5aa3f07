import type { Kysely } from 'kysely';
import type { Tables } from '../schema.ts';

/** Where a query runs: the database itself, or a transaction of it. */
export type Executor = Kysely<Tables>;
