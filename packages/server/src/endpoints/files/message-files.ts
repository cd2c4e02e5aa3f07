import { isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import type { EndpointRoute } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { writeMultipart } from '../../relay/receive/multipart/write-multipart.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { filesOf, formOf } from '../shared/form.ts';
import { summaryOf } from '../shared/inspect.ts';
import { readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import { upstreamRequest } from '../shared/upstream-request.ts';
import { candidatesToStore } from '../shared/stored-objects/account.ts';
import { contentEndpoint, removeFile } from './files.ts';
import { listPage } from '../shared/stored-objects/list-page.ts';
import { readMade } from '../shared/stored-objects/made.ts';
import { namedObject, ownAnswer, versionOf } from '../shared/stored-objects/own.ts';

const operation = 'files';
const protocol = 'anthropic-messages';
const errors = passthroughOf(protocol);
const facts = { protocol, errors, operation } as const;

/** Another protocol's files are at the same paths: all clients of this one send its version. */
const header = 'anthropic-version';
const at = (method: EndpointRoute['method'], path: string): readonly EndpointRoute[] => [{ method, path, header }];

/**
 * Keeps a file at an account, which from then on is the only one that is asked for it, for its owner alone.
 * https://docs.claude.com/en/api/files-create
 */
const upload: Endpoint<undefined> = {
  ...facts,
  id: 'message-files',
  title: 'Anthropic Files',
  routes: at('POST', '/v1/files'),
  body: 'multipart',
  answers: ['json'],
  charged: false,
  inspect: inspectUpload,
  begin: () => undefined,
  candidates: (_deps, context) => candidatesToStore(context, { kind: operation, protocol }, undefined),
  async exchange(deps, context, _state, candidate) {
    const request = await upstreamRequest(deps, upload, context, candidate, writeMultipart(formOf(context)));
    return {
      ...wholeOnly,
      request,
      readError: readerOfErrors(candidate),
      readWhole: (bytes) => readMade(deps, context, candidate, { kind: 'file', requests: undefined }, bytes),
    };
  },
};

function inspectUpload(json: Json): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a form.', param: null };
  if (filesOf(json, 'file').length !== 1) return { invalid: 'The form must have one file as "file".', param: 'file' };
  return summaryOf('', null);
}

/** https://docs.claude.com/en/api/files-create */
export const messageFilesEndpoints: readonly Endpoint[] = [
  defineEndpoint(upload),
  ownAnswer(
    {
      ...facts,
      id: 'message-files-list',
      title: 'Anthropic Files, those of one’s own',
      routes: at('GET', '/v1/files'),
    },
    (deps, context) => listPage(deps, context, 'file', ({ told }) => told),
  ),
  ownAnswer(
    { ...facts, id: 'message-files-read', title: 'Anthropic Files, one', routes: at('GET', '/v1/files/{id}') },
    async (deps, context) => (await namedObject(deps, context, 'file')).told,
  ),
  ownAnswer(
    {
      ...facts,
      id: 'message-files-delete',
      title: 'Anthropic Files, deleting one',
      routes: at('DELETE', '/v1/files/{id}'),
    },
    async (deps, context) => ({ id: await removeFile(deps, context, versionOf(context)), type: 'file_deleted' }),
  ),
  contentEndpoint({
    protocol,
    errors,
    id: 'message-files-content',
    title: 'Anthropic Files, what is in one',
    routes: at('GET', '/v1/files/{id}/content'),
  }),
];
