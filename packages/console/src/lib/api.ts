import type { Shown } from '@tollgate/contract/operations/declare';
import type { OperationName, Operations } from '@tollgate/contract/operations/list';
import routes from 'virtual:operation-routes';
import { addressOf } from './base.ts';
import { createClient } from './client.ts';
import { askForProof } from './proof.ts';

/** The admin API of the gateway that serves this page. */
export const api = createClient<Operations>(routes, addressOf, askForProof);

/** What an operation answers. */
export type Answer<N extends OperationName> = Shown<Operations[N]>;
