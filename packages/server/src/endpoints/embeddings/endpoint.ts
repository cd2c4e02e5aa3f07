import { at, isObject, listAt } from '@tollgate/wire/json/fields';
import type { Json } from '@tollgate/wire/protocol';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { jsonEndpoint, type Reading } from '../shared/json-endpoint.ts';
import { inspectEmbeddings } from './inspect.ts';

/** OpenAI's embeddings, byte for byte. https://platform.openai.com/docs/api-reference/embeddings */
export const embeddingsEndpoint = jsonEndpoint({
  id: 'embeddings',
  title: 'OpenAI Embeddings',
  routes: [{ method: 'POST', path: '/v1/embeddings' }],
  protocol: 'openai-chat',
  operation: 'embeddings',
  errors: passthroughOf('openai-chat'),
  inspect: inspectEmbeddings,
  read: readEmbeddings,
});

function readEmbeddings(json: Json, _context: Planned, { dialect }: Candidate): Reading {
  if (!isObject(json) || listAt(json, 'data').length === 0)
    return { empty: 'the upstream answered 200 without a vector' };
  const usage = at(json, 'usage');
  return { usage: isObject(usage) ? (dialect.usage ?? readChatUsage)(usage) : undefined };
}
