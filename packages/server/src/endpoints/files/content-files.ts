import { isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import { parseJson } from '@tollgate/wire/json/exact';
import { Refusal } from '../../domain/refusal.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import type { Call } from '../../relay/call.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { WholeAnswer, WrittenAnswer } from '../../relay/exchange.ts';
import { keyText, refusalOfKey } from '../../relay/receive/identify.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach } from '../../relay/settle/settle.ts';
import { hashSecret } from '../../services/accounts/secret-text.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { passedHeaders } from '../shared/client-headers.ts';
import { letGo } from '../shared/detached-job.ts';
import { summaryOf } from '../shared/inspect.ts';
import { fault, readerOfErrors, wholeOnly } from '../shared/json-endpoint.ts';
import { originFor } from '../shared/origin.ts';
import { candidatesToStore, requestAt, storingCandidate, type StoredAt } from '../shared/stored-objects/account.ts';
import { expiryOf } from '../shared/stored-objects/expiry.ts';
import { objectOf, storeMade } from '../shared/stored-objects/made.ts';
import { ownAnswer } from '../shared/stored-objects/own.ts';
import { upstreamRequest } from '../shared/upstream-request.ts';
import { contentEndpoint } from './files.ts';
import {
  announcedType,
  forgetReading,
  isOfLines,
  keepReading,
  leavePlace,
  placeFor,
  readAsSent,
  readerOfPiece,
  readerOfWhole,
  uploadAt,
  uploadLifeMs,
  written,
  type UploadAt,
} from './read-upload.ts';
import { noLines, type LinesReader } from './request-lines.ts';

const protocol = 'gemini';
const errors = passthroughOf(protocol);
const operation = 'file-uploads';
const path = '/upload/v1beta/files';
const paths = [path, '/upload/v1/files'] as const;
const facts = { protocol, operation, errors, charged: false, answers: ['json'] } as const;

/** What stands before the name of an upload. */
const prefix = 'upload_';
const commandHeader = 'x-goog-upload-command';
const statusHeader = 'x-goog-upload-status';
/** What an upload says of itself in its headers, on its way there and back. */
const asked = [
  commandHeader,
  'x-goog-upload-file-name',
  'x-goog-upload-header-content-length',
  'x-goog-upload-header-content-type',
  'x-goog-upload-offset',
  'x-goog-upload-protocol',
] as const;
const told = ['x-goog-upload-chunk-granularity', 'x-goog-upload-size-received', statusHeader] as const;

/**
 * Begins an upload in pieces at an account. Where the pieces go is an address of the gateway's, which stands for the account's own:
 * whoever has it needs no key, as with Google's. https://ai.google.dev/gemini-api/docs/files
 */
const begin: Endpoint<string | undefined> = {
  ...facts,
  id: 'content-files',
  title: 'Gemini Files, beginning an upload',
  routes: paths.map((one) => ({ method: 'POST', path: one, header: commandHeader })),
  body: 'json',
  maxBodyBytes: 1 << 20,
  inspect: () => summaryOf('', null),
  begin(deps, context) {
    refuseCommand(context.call, (command) => command === 'start', 'start');
    return placeFor(deps, context);
  },
  candidates: (_deps, context) => candidatesToStore(context, { kind: operation, protocol }, undefined),
  async exchange(deps, context, place, candidate) {
    const request = await upstreamRequest(
      deps,
      begin,
      context,
      candidate,
      context.body.bytes,
      uploadHeaders(context, candidate),
    );
    let name = '';
    return {
      ...wholeOnly,
      request,
      readError: readerOfErrors(candidate),
      readWhole(bytes, header) {
        const query = queryOf(header('x-goog-upload-url'));
        if (query === '') return fault('unexpected_body', 'the upstream did not say where pieces go', undefined);
        return {
          usage: undefined,
          outputEstimate: 0,
          // It goes on at the account, and is found there by what is written down below.
          detached: { responseId: query, parts: {}, given: undefined },
          write: () => {
            const url = `${originFor(context)}${path}/${name}`;
            return writtenAs(bytes, header, { 'x-goog-upload-url': url, 'x-goog-upload-control-url': url });
          },
        };
      },
      handOver({ responseId }, taken, failed) {
        const { channel, credential } = candidate.target;
        const at = { channelId: channel.id, credential: credential.index, query: responseId };
        const reading = isOfLines(announcedType(context)) ? noLines : undefined;
        const naming = nameUpload(deps, context, { ...at, reading, place }).then((made) => {
          name = made;
        });
        letGo(deps, context, naming, () => detach(deps, context), taken, failed);
      },
    };
  },
};

/** Of where the account takes the pieces, only what names the upload: nobody is asked but the account. */
function queryOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).search : '';
}

async function nameUpload(deps: RelayDeps, { call }: Planned, at: UploadAt): Promise<string> {
  const key = keyText(call.request);
  if (key === undefined) throw new Error('an upload was begun without a key');
  const expiresAt = deps.clock.now() + uploadLifeMs;
  if (at.place !== undefined) await deps.clientSecrets.keepPlace(at.place, expiresAt);
  return await deps.clientSecrets.create({ keyHash: hashSecret(key), session: written(at) }, { prefix, expiresAt });
}

/** Takes the pieces of an upload, each sent on as it comes, and tells how far it is. */
const pieces = defineEndpoint<UploadAt>({
  ...facts,
  id: 'content-files-pieces',
  title: 'Gemini Files, the pieces of an upload',
  routes: [{ method: 'POST', path: `${path}/{upload}` }],
  body: 'stream',
  async secret(deps, { target }) {
    const found = await deps.clientSecrets.use(target.params['upload'] ?? '', prefix);
    if (!('refused' in found)) return found;
    if (found.refused === 'unavailable') throw refusalOfKey(found, 'upload');
    throw new Refusal('object_not_found', 'There is no such upload, or its time is up.', { param: null });
  },
  inspect: () => summaryOf('', null),
  begin(_deps, { call, secret }) {
    refuseCommand(
      call,
      (command) => /^(?:upload(?:, ?finalize)?|finalize|query|cancel)$/.test(command),
      'upload, finalize, query or cancel',
    );
    return uploadAt(secret?.session ?? {});
  },
  candidates: (_deps, { snapshot }, at) => [storingCandidate(snapshot, { ...at, protocol }, operation)],
  async exchange(deps, context, at, candidate) {
    const { headers } = uploadHeaders(context, candidate);
    const type = context.call.request.headers.get('content-type') ?? 'application/octet-stream';
    const reader = at.reading && readerOfPiece(deps, context, at.reading);
    const question = {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: reader ? readAsSent(context.body.stream, reader) : context.body.stream,
    } as const;
    const stored: StoredAt = { ...at, protocol };
    const request = await requestAt(deps, stored, operation, at.query, question);
    if (!request) throw new Refusal('object_not_found', 'Who takes the upload is not asked any more.', { param: null });
    return {
      ...wholeOnly,
      request,
      readError: readerOfErrors(candidate),
      readWhole: (bytes, header) =>
        header(statusHeader) === 'final'
          ? readFile(deps, context, candidate, { bytes, header, reader })
          : {
              usage: undefined,
              outputEstimate: 0,
              write: () => writtenAs(bytes, header),
              ...(header(statusHeader) === 'cancelled'
                ? { keep: () => leavePlace(deps, at.place) }
                : reader && { keep: () => keepReading(deps, context, at, reader) }),
            },
    };
  },
});

/**
 * Takes a whole file at once, with what is said of it before it in the same body (`multipart/related`) or without: nobody looks into it here.
 * https://ai.google.dev/api/files#method:-media.upload
 */
const whole: Endpoint<undefined> = {
  ...facts,
  id: 'content-files-whole',
  title: 'Gemini Files, uploading one at once',
  routes: paths.map((one) => ({ method: 'POST', path: one })),
  body: 'stream',
  inspect: (json) =>
    isObject(json) && typeof json['contentType'] === 'string'
      ? summaryOf('', null)
      : { invalid: 'The request must say the type of its body (Content-Type).', param: null },
  begin(_deps, { call, body }) {
    if (uploadTypeOf(call) === 'resumable')
      throw new Refusal('invalid_request', 'Uploads in pieces begin with "X-Goog-Upload-Command: start" here.', {
        param: 'uploadType',
      });
    if (!body.stream) throw new Refusal('invalid_request', 'The body is empty.');
  },
  // A body that is sent on as it comes goes to one account.
  candidates: (_deps, context) => candidatesToStore(context, { kind: operation, protocol }, undefined).slice(0, 1),
  async exchange(deps, context, _state, candidate) {
    const { headers } = uploadHeaders(context, candidate);
    const { channel, credential } = candidate.target;
    const at: StoredAt = { channelId: channel.id, credential: credential.index, protocol };
    const type = uploadTypeOf(context.call);
    const reader = isRaw(context.call) ? readerOfWhole(deps, context) : undefined;
    const request = await requestAt(deps, at, operation, type === null ? '' : `?uploadType=${type}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': context.call.request.headers.get('content-type') ?? '' },
      body: reader ? readAsSent(context.body.stream, reader) : context.body.stream,
    });
    if (!request) throw new Refusal('operation_not_supported', 'The account does not take files.');
    return {
      ...wholeOnly,
      request,
      readError: readerOfErrors(candidate),
      readWhole: (bytes, header) => readFile(deps, context, candidate, { bytes, header, reader }),
    };
  },
};

/** Whether the body is the file itself, with nothing said of it. */
const isRaw = (call: Call): boolean =>
  uploadTypeOf(call) === 'media' || call.request.headers.get('x-goog-upload-protocol')?.toLowerCase() === 'raw';

/** How the query says that a file comes; null where a header says it. */
function uploadTypeOf({ request }: Call): 'media' | 'multipart' | 'resumable' | null {
  const type = new URL(request.url).searchParams.get('uploadType');
  if (type === null || type === 'media' || type === 'multipart' || type === 'resumable') return type;
  throw new Refusal('invalid_request', '"uploadType" must be media or multipart.', { param: 'uploadType' });
}

function refuseCommand({ request }: Call, isTaken: (command: string) => boolean, words: string): void {
  const command = request.headers.get(commandHeader)?.trim().toLowerCase() ?? '';
  if (!isTaken(command))
    throw new Refusal('invalid_request', `The header X-Goog-Upload-Command must say ${words}.`, {
      param: 'X-Goog-Upload-Command',
    });
}

/** What of a client's headers goes along with an upload. */
function uploadHeaders(context: Planned, candidate: Candidate): ReturnType<typeof passedHeaders> {
  const passed = passedHeaders(context, candidate);
  const own = asked.flatMap((name) => {
    const value = context.call.request.headers.get(name);
    return value === null || !/^[\x20-\x7e]{1,1000}$/.test(value) ? [] : [[name, value] as const];
  });
  return { ...passed, headers: { ...passed.headers, ...Object.fromEntries(own) } };
}

type HeaderOf = (name: string) => string | undefined;

/** An answer in its upstream's bytes, with what it says of the upload in its headers. */
function writtenAs(body: Uint8Array, header: HeaderOf, more: Readonly<Record<string, string>> = {}): WrittenAnswer {
  const said = told.flatMap((name) => {
    const value = header(name);
    return value === undefined || !/^[\w, -]{1,40}$/.test(value) ? [] : [[name, value] as const];
  });
  return {
    body,
    contentType: header('content-type') ?? 'application/json',
    losses: [],
    headers: { ...Object.fromEntries(said), ...more },
  };
}

type Uploaded = {
  readonly bytes: Uint8Array;
  readonly header: HeaderOf;
  readonly reader: LinesReader | undefined;
};

/** Reads what an upload has become, and remembers whose it is, and what its requests are, where it is of such. */
function readFile(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  { bytes, header, reader }: Uploaded,
): WholeAnswer {
  const json = parseJson(new TextDecoder().decode(bytes));
  const file = isObject(json) ? objectAt(json, 'file') : undefined;
  const vendorId = file && textAt(file, 'name');
  if (!vendorId?.startsWith('files/') || vendorId.length > 200)
    return fault('unexpected_body', 'the upstream took a file and did not tell its name', undefined);
  const object: StoredObject = {
    ...objectOf(context, candidate, { kind: 'file', vendorId, told: file ?? {}, requests: undefined }),
    expiresAt: expiryOf(file ?? {}),
  };
  return {
    usage: undefined,
    outputEstimate: 0,
    write: () => writtenAs(bytes, header),
    async keep() {
      await reader?.finish();
      const lines = reader?.told(Number(file?.['sizeBytes'] ?? Number.NaN));
      await storeMade(deps, { ...object, ...(lines && { lines }) });
      if (reader) await forgetReading(deps, context);
    },
  };
}

/** What reads a bucket is its owner's account at Google, which accounts that are shared here are not. */
const register = ownAnswer(
  {
    id: 'content-files-register',
    title: 'Gemini Files, registering those of a bucket (refused)',
    routes: ['/v1beta/files:register', '/v1/files:register'].map((one) => ({ method: 'POST', path: one })),
    protocol,
    errors,
    operation: 'files',
  },
  () =>
    Promise.reject(
      new Refusal(
        'operation_not_supported',
        'Files of buckets are registered by their owners at Google alone. Upload the file instead.',
      ),
    ),
);

/** What else is asked of files is in `endpoints/pinned`. */
export const contentFilesEndpoints: readonly Endpoint[] = [
  defineEndpoint<string | undefined>(begin),
  pieces,
  defineEndpoint(whole),
  register,
  contentEndpoint({
    id: 'content-files-download',
    title: 'Gemini Files, what is in one that was made by a model or a batch',
    routes: [
      { method: 'GET', path: '/v1beta/files/{id}:download' },
      { method: 'GET', path: '/v1/files/{id}:download', header: 'x-goog-api-key' },
      { method: 'GET', path: '/download/v1beta/files/{id}:download' },
      { method: 'GET', path: '/download/v1/files/{id}:download' },
    ],
    protocol,
    errors,
    prefix: 'files/',
    content: ':download?alt=media',
  }),
];
