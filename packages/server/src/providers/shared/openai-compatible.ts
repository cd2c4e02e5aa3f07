import type { Operation } from '@tollgate/wire/protocol';
import { type AnyProvider, defineProvider, type Dialect } from '../define.ts';
import type { Paths } from '../path.ts';
import { apiKeyCredential, bearer, noSettings } from './credentials.ts';

/** Paths after a base URL that ends in `/v1` or its like. */
const openaiPaths: Paths = { chat: '/chat/completions', completions: '/completions' };

/** Deviations of a vendor from OpenAI's protocol; all optional. */
export type Deviations = Partial<Omit<Dialect, 'protocol'>> & {
  /** Operations the vendor has at OpenAI's paths; all by default. */
  readonly operations?: readonly Operation[];
};

/** OpenAI's Chat Completions as a vendor speaks it. */
export function openaiChatDialect({ operations, ...deviations }: Deviations = {}): Dialect {
  const paths = operations
    ? Object.fromEntries(operations.map((operation) => [operation, openaiPaths[operation]]))
    : openaiPaths;
  return { protocol: 'openai-chat', paths, ...deviations };
}

/** A vendor that speaks OpenAI's protocol, takes one API key as a bearer token and has nothing to set: most of them. */
export function openaiCompatible(vendor: {
  readonly id: string;
  readonly label: string;
  readonly docs: string;
  readonly baseUrl: string;
  readonly dialect?: Deviations;
}): AnyProvider {
  const { dialect, ...rest } = vendor;
  return defineProvider({
    ...rest,
    credential: apiKeyCredential,
    settings: noSettings,
    dialects: [openaiChatDialect(dialect)],
    auth: [bearer],
  });
}
