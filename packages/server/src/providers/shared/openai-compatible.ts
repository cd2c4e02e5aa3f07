import type { Operation } from '@tollgate/wire/protocol';
import { z } from 'zod';
import type { BalanceQuery, CostReport, ModelLibrary, ModelListing } from '../account.ts';
import {
  type AnyProvider,
  defineProvider,
  type Dialect,
  type ErrorPhrases,
  type Pauses,
  type VideoPaths,
} from '../define.ts';
import type { Paths } from '../path.ts';
import { apiKeyCredential, bearer, noSettings, optionalApiKeyCredential } from './credentials.ts';
import { openaiListing } from './listings.ts';
import { openaiPauses, openaiPhrases } from './phrases.ts';
import { textApiOf, unlessRuledOut } from './text-apis.ts';

/** Paths after a base URL that ends in `/v1` or its like. */
const openaiPaths: Paths = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
  moderations: '/moderations',
  rerank: '/rerank',
  speech: '/audio/speech',
  transcriptions: '/audio/transcriptions',
  translations: '/audio/translations',
  images: '/images/generations',
  'image-edits': '/images/edits',
  'image-variations': '/images/variations',
  videos: '/videos',
};

/** https://platform.openai.com/docs/api-reference/videos/retrieve */
const openaiVideoPaths: VideoPaths = {
  status: '/videos/{id}',
  content: '/videos/{id}/content',
  search: '/videos?limit=100&order=desc',
  submit: { remix: '/videos/{id}/remix', edits: '/videos/edits', extensions: '/videos/extensions' },
};

/** https://developers.openai.com/api/reference/resources/videos/methods/download_content */
export const openaiVideos: VideoPaths = {
  ...openaiVideoPaths,
  variants: {
    thumbnail: '/videos/{id}/content?variant=thumbnail',
    spritesheet: '/videos/{id}/content?variant=spritesheet',
  },
};

/** What some servers have beside OpenAI's: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#tokenizer-api */
const furtherPaths: Paths = {
  ...openaiPaths,
  realtime: '/realtime?model={model}',
  'transcription-sessions': '/realtime?intent=transcription',
  // https://developers.openai.com/api/docs/guides/live
  live: '/live/sessions',
  files: '/files',
  batches: '/batches',
  uploads: '/uploads',
  conversations: '/conversations',
  containers: '/containers',
  'vector-stores': '/vector_stores',
  skills: '/skills',
  agents: '/agents',
  environments: '/agents/environments',
  vaults: '/vaults',
  // https://platform.openai.com/docs/api-reference/videos/create-character
  characters: '/videos/characters',
  // https://platform.openai.com/docs/api-reference/decisions
  decisions: '/decisions',
  tokenize: '/../tokenize',
};

/** What OpenAI itself has. */
export const openaiOperations = [
  'chat',
  'completions',
  'embeddings',
  'moderations',
  'speech',
  'transcriptions',
  'translations',
  'images',
  'image-edits',
  'image-variations',
  'videos',
  'realtime',
] as const satisfies readonly Operation[];

/** Things that accounts of OpenAI's keep. */
export const openaiKept = [
  'files',
  'batches',
  'uploads',
  'conversations',
  'containers',
  'vector-stores',
  'skills',
  'agents',
  'environments',
  'vaults',
  'characters',
] as const satisfies readonly Operation[];

/** What may stand behind another gateway. */
export const gatewayOperations: readonly Operation[] = [...openaiOperations, 'rerank'];

/** Features in trial, which OpenAI's clients ask for by name, and the id by which they know a request. */
export const openaiHeaders: NonNullable<Dialect['clientHeaders']> = {
  'openai-beta': { accepts: 'all' },
  // https://platform.openai.com/docs/api-reference/debugging-requests
  'x-client-request-id': { accepts: 'all' },
};

/** Deviations of a vendor from OpenAI's protocol; all optional. */
export type Deviations = Partial<Omit<Dialect, 'protocol'>> & {
  /** Operations the vendor has at OpenAI's paths; all of OpenAI's and reranking by default. */
  readonly operations?: readonly Operation[] | undefined;
};

/** OpenAI's Chat Completions as a vendor speaks it. */
export function openaiChatDialect({ operations, ...deviations }: Deviations = {}): Dialect {
  const paths: Paths = operations
    ? Object.fromEntries(operations.map((operation) => [operation, furtherPaths[operation]]))
    : openaiPaths;
  const videos = paths.videos === undefined ? undefined : { videos: openaiVideoPaths };
  return { protocol: 'openai-chat', paths, ...videos, ...deviations };
}

/** Base URLs by region; the first is the default. */
type Regions = Readonly<Record<string, string>>;

/** A vendor that speaks OpenAI's protocol and takes one API key as a bearer token: most of them. */
export type CompatibleVendor = {
  readonly id: string;
  readonly label: string;
  readonly docs: string;
  /** As the vendor's own SDK has it, or its page about OpenAI's; several by region, of which the first is the default. */
  readonly baseUrl: string | Regions;
  /** What can be asked there, at OpenAI's paths; everything by default. */
  readonly operations?: readonly Operation[];
  /** Protocols that it speaks beside Chat Completions. */
  readonly others?: readonly Dialect[];
  /** Further headers of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How its keys begin, where they begin in a way of their own. */
  readonly keyPrefixes?: readonly string[];
  readonly keyPatterns?: readonly string[];
  /** Asks for no key, as servers of one's own often do not. */
  readonly keyless?: boolean;
  /** Settings that its base URL names. */
  readonly settings?: Readonly<Record<string, z.ZodType>>;
  /** Where its models are listed; OpenAI's `/models` by default, nowhere when false. */
  readonly listing?: ModelListing | false;
  /** How models are fetched onto it, where it is a server of one's own. */
  readonly library?: ModelLibrary;
  /** How it tells what money is left; the first that answers. */
  readonly balance?: readonly BalanceQuery[];
  /** Where it tells what it charges. */
  readonly costReport?: CostReport;
  /** Its own words, where it has others than OpenAI. */
  readonly phrases?: ErrorPhrases;
  readonly pauses?: Pauses;
  /** Deviations; a vendor that has any stands in a file of its own. */
  readonly dialect?: Omit<Deviations, 'operations'>;
};

export function openaiCompatible(vendor: CompatibleVendor): AnyProvider {
  const { baseUrl, operations, others = [], keyless, settings, listing = openaiListing, dialect, ...rest } = vendor;
  const chat = openaiChatDialect({ operations, ...dialect });
  const dialects = [chat, ...others] as const;
  const regions = typeof baseUrl === 'string' ? undefined : baseUrl;
  return defineProvider({
    phrases: openaiPhrases,
    pauses: openaiPauses,
    ...rest,
    baseUrl: typeof baseUrl === 'string' ? baseUrl : Object.values(baseUrl)[0],
    ...(regions && { elsewhere: elsewhereIn(regions) }),
    ...(listing && { listing }),
    credential: keyless ? optionalApiKeyCredential : apiKeyCredential,
    settings: settingsOf(regions, dialects, settings),
    dialects:
      others.length === 0
        ? [chat]
        : [unlessRuledOut(chat, dialects), ...others.map((other) => unlessRuledOut(other, dialects))],
    auth: [bearer],
  });
}

const elsewhereIn = (regions: Regions) =>
  Object.entries(regions)
    .slice(1)
    .map(([region, baseUrl]) => ({ when: { region }, baseUrl }));

/** Most vendors have nothing to set, and share the schema that says so. */
function settingsOf(
  regions: Regions | undefined,
  dialects: readonly Dialect[],
  own: CompatibleVendor['settings'],
): z.ZodObject {
  if (!regions && dialects.length === 1 && !own) return noSettings;
  return z.strictObject({
    ...own,
    ...(regions && { region: regionSetting(regions) }),
    ...(dialects.length > 1 && { textApi: textApiOf(dialects) }),
  });
}

/** Which of the vendor's places a channel is asked at. */
const regionSetting = (regions: Regions) => {
  const [first = '', ...more] = Object.keys(regions);
  return z
    .enum([first, ...more])
    .default(first)
    .meta({
      label: 'Region',
      help: 'Where the account is: keys of one region are often refused in another.',
    });
};
