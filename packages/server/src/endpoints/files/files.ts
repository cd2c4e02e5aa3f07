import { isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import type { BatchFacts, StoredObject } from '../../domain/stored-object.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { File, Form } from '../../relay/receive/multipart/parts.ts';
import { writeMultipart } from '../../relay/receive/multipart/write-multipart.ts';
import type { Candidate, Inspected } from '../../relay/request-context.ts';
import { openBytes } from '../shared/bytes.ts';
import { passedHeaders } from '../shared/client-headers.ts';
import { filesOf, formOf, textField } from '../shared/form.ts';
import { summaryOf } from '../shared/inspect.ts';
import { fault, readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import { upstreamRequest } from '../shared/upstream-request.ts';
import { storingCandidate, candidatesToStore, requestAt } from '../shared/stored-objects/account.ts';
import { readBatchLines, withUpstreamModel } from './batch-lines.ts';
import { readMade } from '../shared/stored-objects/made.ts';
import { free, listOwn, namedObject, ownAnswer, removeObject } from '../shared/stored-objects/own.ts';

/** What a file of requests comes to; undefined of any other file. */
type Upload = { readonly requests: BatchFacts | undefined };

/**
 * Keeps a file at a provider's account, which from then on is the only one that is asked for it, for its owner alone. Requests of a batch
 * are read first: who may serve their model keeps them, by its name there.
 * https://platform.openai.com/docs/api-reference/files/create
 */
const upload: Endpoint<Upload> = {
  id: 'files',
  title: 'OpenAI Files',
  routes: [{ method: 'POST', path: '/v1/files' }],
  protocol: 'openai-chat',
  operation: 'files',
  errors: free.errors,
  body: 'multipart',
  answers: ['json'],
  charged: false,
  inspect: inspectUpload,
  async begin(_deps, context) {
    const form = formOf(context);
    if (form.field('purpose')?.value !== 'batch') return { requests: undefined };
    const { holdOutputTokens } = context.snapshot.settings.relay;
    return { requests: await readBatchLines(fileIn(form).content, holdOutputTokens) };
  },
  candidates: (_deps, context, { requests }) =>
    candidatesToStore(context, { kind: 'files', protocol: upload.protocol }, requests?.model),
  async exchange(deps, context, { requests }, candidate) {
    const form = formOf(context);
    const sent = requests && requests.model !== candidate.upstreamModel ? await renamed(form, candidate) : form;
    const request = await upstreamRequest(deps, upload, context, candidate, writeMultipart(sent));
    return {
      ...wholeOnly,
      request,
      readError: readerOfErrors(candidate),
      readWhole: (bytes) => readMade(deps, context, candidate, { kind: 'file', requests }, bytes),
    };
  },
};

function inspectUpload(json: Json): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a form.', param: null };
  if ((textField(json, 'purpose') ?? '') === '')
    return { invalid: '"purpose" must be a non-empty string.', param: 'purpose' };
  if (filesOf(json, 'file').length !== 1) return { invalid: 'The form must have one file as "file".', param: 'file' };
  return summaryOf('', null);
}

function fileIn({ parts }: Form): File {
  const file = parts.find((part): part is File => part.kind === 'file' && part.name === 'file');
  if (!file) throw new Error('a form without its file was let through');
  return file;
}

async function renamed(form: Form, { upstreamModel }: Candidate): Promise<Pick<Form, 'parts'>> {
  const file = fileIn(form);
  const content = await withUpstreamModel(file.content, upstreamModel);
  return { parts: form.parts.map((part) => (part === file ? { ...file, content } : part)) };
}

type FileFacts = Pick<Endpoint, 'id' | 'title' | 'routes'> &
  Partial<Pick<Endpoint, 'protocol' | 'errors'>> & {
    /** Of a vendor that names files by paths, what comes before the end of the name. */
    readonly prefix?: string;
    /** Where the bytes are, below a file. */
    readonly content?: string;
  };

/** The bytes of a file, as they come from the account that keeps it. */
export const contentEndpoint = ({ prefix = '', content = '/content', ...facts }: FileFacts): Endpoint =>
  defineEndpoint<StoredObject>({
    ...free,
    ...facts,
    operation: 'files',
    answers: ['bytes'],
    begin: (deps, context) => namedObject(deps, context, 'file', prefix),
    candidates: (_deps, context, file) => [storingCandidate(context.snapshot, file, 'files')],
    async exchange(deps, context, file, candidate) {
      const { headers } = passedHeaders(context, candidate);
      const path = `/${encodeURIComponent(file.vendorId.slice(prefix.length))}${content}`;
      const request = await requestAt(deps, file, 'files', path, { headers });
      if (!request) throw new Refusal('object_not_found', 'Who keeps the file is not asked any more.', { param: 'id' });
      return {
        ...wholeOnly,
        request,
        readError: readerOfErrors(candidate),
        openStream: (type) => openBytes(type || 'application/octet-stream', () => ({ usage: undefined })),
        readWhole: () => fault('unexpected_body', 'a file is not collected', undefined),
      };
    },
  });

/** Deletes a file at its vendor, and then forgets it. Returns its id. */
export async function removeFile(
  deps: RelayDeps,
  context: Inspected,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const file = await namedObject(deps, context, 'file');
  const { vendorId } = file;
  await removeObject(deps, file.userId, { vendorId, at: file, object: file }, { kind: 'files', headers });
  return vendorId;
}

const operation = 'files';

/** https://platform.openai.com/docs/api-reference/files */
export const filesEndpoints: readonly Endpoint[] = [
  defineEndpoint(upload),
  ownAnswer(
    {
      id: 'files-list',
      title: 'OpenAI Files, those of one’s own',
      routes: [{ method: 'GET', path: '/v1/files' }],
      operation,
    },
    (deps, context) => listOwn(deps, context, 'file', { usual: 100, most: 10_000, purpose: true }),
  ),
  ownAnswer(
    { id: 'files-read', title: 'OpenAI Files, one', routes: [{ method: 'GET', path: '/v1/files/{id}' }], operation },
    async (deps, context) => (await namedObject(deps, context, 'file')).told,
  ),
  ownAnswer(
    {
      id: 'files-delete',
      title: 'OpenAI Files, deleting one',
      routes: [{ method: 'DELETE', path: '/v1/files/{id}' }],
      operation,
    },
    async (deps, context) => ({ id: await removeFile(deps, context), object: 'file', deleted: true }),
  ),
  contentEndpoint({
    id: 'files-content',
    title: 'OpenAI Files, what is in one',
    routes: [{ method: 'GET', path: '/v1/files/{id}/content' }],
  }),
];
