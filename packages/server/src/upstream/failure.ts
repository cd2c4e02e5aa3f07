import type { TransportCause } from './upstream.ts';

/** A transport failure in the contract's words. The message is for logs: it may name hosts, so it never goes to a client. */
export type Failure = { readonly cause: TransportCause; readonly message: string };

/** The request's own body could not be read, or was not what was announced. */
export class BodyFailure extends Error {}

const tlsCodes = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|CRL_|EPROTO)/;
const dnsCodes = /^(ENOTFOUND|EAI_|DNS|ENODATA|ESERVFAIL|EBADNAME)/;
const connectCodes =
  /^(ECONNREFUSED|ConnectionRefused|FailedToOpenSocket|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM)/;

/**
 * Sorts an error thrown by the runtime (fetch, Bun.connect, node:http) by its code.
 * `fallback` is what an unknown error means at this point of the exchange.
 */
export function failureOf(error: unknown, fallback: TransportCause): Failure {
  if (error instanceof BodyFailure) return { cause: 'request_body', message: error.message };
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const text = code === '' || message.includes(code) ? message : `${code}: ${message}`;
  if (tlsCodes.test(code)) return { cause: 'tls', message: text };
  if (dnsCodes.test(code)) return { cause: 'dns', message: text };
  if (connectCodes.test(code)) return { cause: 'connect', message: text };
  if (code === 'ETIMEDOUT' || code === 'ConnectTimeout') return { cause: 'connect_timeout', message: text };
  return { cause: fallback, message: text };
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
