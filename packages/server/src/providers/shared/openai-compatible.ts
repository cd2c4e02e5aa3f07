import type { Operation } from '@tollgate/wire/protocol';
import { type AnyProvider, defineProvider, type Dialect, type ErrorPhrases } from '../define.ts';
import type { Paths } from '../path.ts';
import { apiKeyCredential, bearer, noSettings, optionalApiKeyCredential } from './credentials.ts';
import { openaiPhrases } from './phrases.ts';

/** Paths after a base URL that ends in `/v1` or its like. */
const openaiPaths: Paths = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
  moderations: '/moderations',
  rerank: '/rerank',
};

/** Deviations of a vendor from OpenAI's protocol; all optional. */
export type Deviations = Partial<Omit<Dialect, 'protocol'>> & {
  /** Operations the vendor has at OpenAI's paths; all by default. */
  readonly operations?: readonly Operation[] | undefined;
};

/** OpenAI's Chat Completions as a vendor speaks it. */
export function openaiChatDialect({ operations, ...deviations }: Deviations = {}): Dialect {
  const paths = operations
    ? Object.fromEntries(operations.map((operation) => [operation, openaiPaths[operation]]))
    : openaiPaths;
  return { protocol: 'openai-chat', paths, ...deviations };
}

/** A vendor that speaks OpenAI's protocol, takes one API key as a bearer token and has nothing to set: most of them. */
export type CompatibleVendor = {
  readonly id: string;
  readonly label: string;
  readonly docs: string;
  /** As the vendor's own SDK has it, or its page about OpenAI's. */
  readonly baseUrl: string;
  /** What can be asked there, at OpenAI's paths; everything by default. */
  readonly operations?: readonly Operation[];
  /** Asks for no key, as servers of one's own often do not. */
  readonly keyless?: boolean;
  /** Its own words, where it has others than OpenAI. */
  readonly phrases?: ErrorPhrases;
  /** Deviations; a vendor that has any stands in a file of its own. */
  readonly dialect?: Omit<Deviations, 'operations'>;
};

export function openaiCompatible(vendor: CompatibleVendor): AnyProvider {
  const { operations, keyless, dialect, ...rest } = vendor;
  return defineProvider({
    phrases: openaiPhrases,
    ...rest,
    credential: keyless ? optionalApiKeyCredential : apiKeyCredential,
    settings: noSettings,
    dialects: [openaiChatDialect({ operations, ...dialect })],
    auth: [bearer],
  });
}
