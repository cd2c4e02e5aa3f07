import { at, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { Invalid, JsonObject, NamedResource } from '@tollgate/wire/protocol';
import { readReferences } from '@tollgate/wire/protocols/openai-responses/item-references';
import { camelKeys } from '@tollgate/wire/protocols/gemini/cases';
import { readGeminiResources } from '@tollgate/wire/protocols/gemini/resources';
import { cachedContents } from './cached-contents.ts';
import type { PinnedKind } from './pinned-kind.ts';

/** What SDKs of OpenAI's say with every question of its agents. */
const agentsPreview = { 'openai-beta': 'agents=v1' };

/** What accounts keep beside files and batches. Another kind is an entry here, and its path in the providers that have it. */
export const pinnedKinds: readonly PinnedKind[] = [
  {
    // https://platform.openai.com/docs/api-reference/uploads
    kind: 'upload',
    id: 'uploads',
    title: 'OpenAI Uploads',
    path: '/v1/uploads',
    protocol: 'openai-chat',
    operation: 'uploads',
    body: 'json',
    acts: ['cancel'],
    refuses: refuseBatchInParts,
    fileIn: (told) => objectAt(told, 'file'),
  },
  {
    // https://platform.openai.com/docs/api-reference/conversations
    kind: 'conversation',
    id: 'conversations',
    title: 'OpenAI Conversations',
    path: '/v1/conversations',
    protocol: 'openai-chat',
    operation: 'conversations',
    body: 'json',
    opened: 'conversations',
    acts: [],
    names: namedByItems,
  },
  {
    // https://platform.openai.com/docs/api-reference/containers
    kind: 'container',
    id: 'containers',
    title: 'OpenAI Containers',
    path: '/v1/containers',
    protocol: 'openai-chat',
    operation: 'containers',
    body: 'json',
    opened: 'containers',
    list: 'after',
    acts: [],
    madeInAnswers: true,
  },
  {
    // https://platform.openai.com/docs/api-reference/vector-stores
    kind: 'vector_store',
    id: 'vector-stores',
    title: 'OpenAI Vector Stores',
    path: '/v1/vector_stores',
    protocol: 'openai-chat',
    operation: 'vector-stores',
    body: 'json',
    opened: 'vector-stores',
    list: 'after',
    ownHeaders: { 'openai-beta': 'assistants=v2' },
    acts: [],
  },
  {
    // https://platform.openai.com/docs/api-reference/skills
    kind: 'skill',
    id: 'skills',
    title: 'OpenAI Skills',
    path: '/v1/skills',
    protocol: 'openai-chat',
    operation: 'skills',
    body: 'multipart',
    opened: 'skills',
    list: 'after',
    acts: [],
  },
  {
    // Their sessions run models whose use nobody would charge: those are not served.
    kind: 'environment',
    id: 'agent-environments',
    title: 'OpenAI Environments of agents',
    path: '/v1/agents/environments',
    protocol: 'openai-chat',
    operation: 'environments',
    body: 'json',
    opened: 'environments',
    list: 'after',
    ownHeaders: agentsPreview,
    acts: [],
  },
  {
    kind: 'agent',
    id: 'agents',
    title: 'OpenAI Agents',
    path: '/v1/agents',
    protocol: 'openai-chat',
    operation: 'agents',
    body: 'json',
    opened: 'agents',
    list: 'after',
    ownHeaders: agentsPreview,
    acts: ['archive'],
  },
  {
    kind: 'vault',
    id: 'vaults',
    title: 'OpenAI Vaults',
    path: '/v1/vaults',
    protocol: 'openai-chat',
    operation: 'vaults',
    body: 'json',
    opened: 'vaults',
    list: 'after',
    ownHeaders: agentsPreview,
    acts: [],
  },
  {
    // Of whom videos are made. https://platform.openai.com/docs/api-reference/videos/create-character
    kind: 'character',
    id: 'characters',
    title: 'OpenAI Videos, characters',
    path: '/v1/videos/characters',
    protocol: 'openai-chat',
    operation: 'characters',
    body: 'multipart',
    opened: 'characters',
    list: 'after',
    acts: [],
  },
  {
    // Made in `endpoints/files`. https://ai.google.dev/api/files
    kind: 'file',
    id: 'content-files',
    title: 'Gemini Files',
    path: '/v1beta/files',
    // At /v1/files are those of two others, whose clients do not send Google's header.
    alsoAt: { path: '/v1/files', header: 'x-goog-api-key' },
    protocol: 'gemini',
    operation: 'files',
    list: 'token',
    named: { key: 'name', prefix: 'files/' },
    acts: [],
  },
  {
    // https://ai.google.dev/api/caching
    kind: 'cached_content',
    id: 'cached-contents',
    title: 'Gemini cachedContents',
    path: '/v1beta/cachedContents',
    alsoAt: { path: '/v1/cachedContents' },
    protocol: 'gemini',
    operation: 'cached-contents',
    body: 'json',
    opened: 'cached-contents',
    list: 'token',
    named: { key: 'name', prefix: 'cachedContents/' },
    change: 'PATCH',
    acts: [],
    names: (json) => readGeminiResources(camelKeys(json)),
    // Google's system parameters filter an answer, write it in other ways, or ask for something else, and what is kept until when must
    // be told. https://cloud.google.com/apis/docs/system-parameters
    query: ['updateMask', 'update_mask'],
    priced: cachedContents,
  },
  // https://docs.claude.com/en/api/skills/create-skill
  ofMessages({ kind: 'skill', id: 'skills', title: 'Anthropic Skills', body: 'multipart', opened: 'skills' }),
  // https://docs.claude.com/en/api/beta/agents
  ofMessages({ kind: 'agent', id: 'agents', title: 'Anthropic Agents', body: 'json', opened: 'agents' }),
  ofMessages({
    kind: 'environment',
    id: 'environments',
    title: 'Anthropic Environments',
    body: 'json',
    opened: 'environments',
  }),
  ofMessages({ kind: 'vault', id: 'vaults', title: 'Anthropic Vaults', body: 'json', opened: 'vaults' }),
];

/** Of Anthropic's, at paths where OpenAI's are but for environments: their clients all send its version. */
function ofMessages({
  id,
  ...kind
}: Pick<PinnedKind, 'kind' | 'title' | 'body'> & {
  readonly id: 'skills' | 'agents' | 'environments' | 'vaults';
  readonly opened: NonNullable<PinnedKind['opened']>;
}): PinnedKind {
  return {
    ...kind,
    id: `message-${id}`,
    path: `/v1/${id}`,
    protocol: 'anthropic-messages',
    operation: id,
    ...(id !== 'environments' && { header: 'anthropic-version' }),
    list: 'page',
    // https://platform.claude.com/docs/en/managed-agents/agent-setup: agents are archived, and not deleted.
    ...(id !== 'skills' && { ownHeaders: { 'anthropic-beta': 'managed-agents-2026-04-01' } }),
    ...(id === 'agents' && { isArchived: true }),
    acts: ['archive'],
  };
}

/** Requests of a batch are read before anybody keeps them, which those that come in parts cannot be. */
function refuseBatchInParts(json: JsonObject): Invalid | undefined {
  return textAt(json, 'purpose') === 'batch'
    ? { invalid: 'A file of requests is uploaded to /v1/files, where they are read.', param: 'purpose' }
    : undefined;
}

/** What items of a conversation lean on, as those of a Responses request do. */
function namedByItems(json: JsonObject): readonly NamedResource[] {
  const items = at(json, 'items');
  const references = items === undefined ? undefined : readReferences({ input: items });
  if (!references) return [];
  const ids = [...references.items, ...references.hollow].map((id) => ({ id, param: 'items' }));
  return [...ids, ...references.resources.map((one) => ({ ...one, param: one.param.replace(/^input/, 'items') }))];
}
