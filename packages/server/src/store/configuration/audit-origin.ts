import { AsyncLocalStorage } from 'node:async_hooks';

/** From where a change was asked for, and why, as whoever asked said it. */
export type AuditOrigin = { readonly address: string | null; readonly reason: string | null };

const none: AuditOrigin = { address: null, reason: null };

/** Entries are made deep within services that know nothing of calls: the call is remembered beside them. */
const origins = new AsyncLocalStorage<AuditOrigin>();

/** What is written to the audit log within `work` says that it came from there. */
export const withAuditOrigin = <T>(origin: AuditOrigin, work: () => Promise<T>): Promise<T> =>
  origins.run(origin, work);

/** Where the present call came from; nowhere for what the gateway does by itself. */
export const auditOrigin = (): AuditOrigin => origins.getStore() ?? none;
