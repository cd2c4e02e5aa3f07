import type { z } from 'zod';
import type { PaymentContext } from '../../adapter.ts';

/** What a provider said no with. `status` is that of HTTP, `body` its text, cut. */
export class ProviderError extends Error {
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string) {
    super(`it answered ${status}: ${body.slice(0, 200)}`);
    this.status = status;
    this.body = body.slice(0, 2000);
  }
}

/** A request that has a body has its type; what is not JSON is given as text, with its type among the headers. */
export type Asked = {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
};

/** Asks a provider and reads its JSON; throws {@link ProviderError} for what is no success. */
export async function askJson<T>(
  { fetch }: Pick<PaymentContext, 'fetch'>,
  url: string,
  schema: z.ZodType<T>,
  { method, headers = {}, json, text }: Asked = {},
): Promise<T> {
  const body = json === undefined ? text : JSON.stringify(json);
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/json',
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const answer = await response.text();
  if (!response.ok) throw new ProviderError(response.status, answer);
  return schema.parse(JSON.parse(answer));
}
