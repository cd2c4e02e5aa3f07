import { dropDuplicateKeys } from '@tollgate/wire/json/duplicates';
import { readJson, readLargeJson, type JsonFailure, type JsonRead } from '@tollgate/wire/json/read';
import type { Json } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import type { BodyKind } from '@tollgate/contract/endpoint-kinds';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import { advance, holdBytes, type Identified, type Inspected, type RequestBody } from '../request-context.ts';
import { jsonLimitsOf, largestBody } from './body-limits.ts';
import type { Part } from './multipart/parts.ts';
import { readBody } from './read-body.ts';
import { streamBody } from './stream-body.ts';
import { formLimits, readMultipart } from './read-multipart.ts';
import { overloaded, type BodyWatch } from './read-pieces.ts';

/** Reads the body as its endpoint wants it, and inspects it: parsed once, validated, and kept for every attempt. */
export async function readRequest(deps: RelayDeps, endpoint: Endpoint, context: Identified): Promise<Inspected> {
  // Known from here on, so that whatever is refused now gives back what is kept of it.
  const { body } = advance(context, { body: await readers[endpoint.body](deps, context) });
  const summary = endpoint.inspect(body.json, context.snapshot.settings.relay, context.call.target);
  if ('invalid' in summary) throw new Refusal('invalid_request', summary.invalid, { param: summary.param });
  return advance(context, { body, summary });
}

type Reader = (deps: RelayDeps, context: Identified) => RequestBody | Promise<RequestBody>;

const readers: Readonly<Record<BodyKind, Reader>> = {
  json: readJsonBody,
  multipart: readForm,
  'json or multipart': (deps, context) => (isForm(context) ? readForm : readJsonBody)(deps, context),
  'json, multipart or none': (deps, context) =>
    isForm(context) ? readForm(deps, context) : readJsonBody(deps, context, emptyBody),
  stream: passOn,
  none: () => noBody,
};

const noBody: RequestBody = { bytes: new Uint8Array(), json: null };
/** Of what may be posted without a body: an object without fields, so that its inspection finds nothing at fault. */
const emptyBody: RequestBody = { bytes: noBody.bytes, json: {} };

const isForm = ({ call }: Identified): boolean => /^multipart\//i.test(call.request.headers.get('content-type') ?? '');

/** @param empty what a body without a byte comes to; undefined refuses such a body */
async function readJsonBody(deps: RelayDeps, context: Identified, empty?: RequestBody): Promise<RequestBody> {
  const { relay } = context.snapshot.settings;
  const watch = watchOf(deps, context);
  const bytes = await readBody(context.call.request, largestBody(context.call.endpoint, relay), watch);
  if (empty && bytes.byteLength === 0) return empty;
  holdBytes(deps, context, bytes.byteLength);
  const reserve = (heapBytes: number): void => {
    holdBytes(deps, context, heapBytes);
    if (deps.load.bufferedBytes >= watch.maxBufferedBytes) throw overloaded();
  };
  const limits = jsonLimitsOf(relay);
  if (bytes.byteLength < largeBytes) return readOf(bytes, readJson(bytes, limits, reserve));
  const large = await readLargeJson(bytes, deps.jsonThread.parse, limits, reserve);
  return readOf(large.bytes, large.read);
}

/** From this size on a body is parsed in another thread: a smaller one takes less time than the way there and back is worth. */
const largeBytes = 2 << 20;

function readOf(bytes: Uint8Array, read: JsonRead | JsonFailure): RequestBody {
  if ('failure' in read)
    throw new Refusal(read.failure === 'too_much_text' ? 'request_too_large' : 'invalid_json', read.message);
  // Of a key that stands twice, we see the last and another parser might see the first: a model could be smuggled by.
  return { bytes: read.duplicateKeys ? dropDuplicateKeys(bytes) : bytes, json: read.json };
}

async function readForm(deps: RelayDeps, context: Identified): Promise<RequestBody> {
  const limits = { ...formLimits, maxBytes: largestBody(context.call.endpoint, context.snapshot.settings.relay) };
  const how = { watch: watchOf(deps, context), spool: deps.spool };
  const form = await readMultipart(context.call.request, limits, how);
  try {
    return { bytes: noBody.bytes, json: factsOfForm(form.parts), form };
  } catch (error) {
    form.release();
    throw error;
  }
}

/** A body that nobody looks into: what it is said to be is all that an inspection sees. */
function passOn(deps: RelayDeps, context: Identified): RequestBody {
  const { request, endpoint } = context.call;
  const most = largestBody(endpoint, context.snapshot.settings.relay);
  const stream = streamBody(request, most, watchOf(deps, context));
  const json = { contentType: request.headers.get('content-type'), bytes: stream?.byteLength ?? null };
  return { bytes: noBody.bytes, json, stream };
}

/**
 * What an inspection sees of a form. Of a field that stands twice some vendors read the first and some the last, so only
 * lists (`name[]`) and files may; each further one of a name has its number behind it.
 */
function factsOfForm(parts: readonly Part[]): Json {
  const facts = new Map<string, Json>();
  for (const part of parts) {
    let { name } = part;
    for (let more = 1; facts.has(name); more++) {
      if (part.kind === 'field' && !part.name.endsWith('[]'))
        throw new Refusal('invalid_request', 'This field stands twice in the form.', { param: part.name });
      name = `${part.name}[${more}]`;
    }
    facts.set(name, factsOf(part));
  }
  return Object.fromEntries(facts);
}

/** What an inspection sees of a part: a field's value, a file's name, type and size. */
const factsOf = (part: Part): Json =>
  part.kind === 'field'
    ? part.value
    : { filename: part.filename, contentType: part.contentType ?? null, bytes: part.content.size };

function watchOf({ deadlines, load, clock }: RelayDeps, { snapshot }: Identified): BodyWatch {
  return { deadlines, now: clock.elapsed, load, maxBufferedBytes: snapshot.settings.overload.maxBufferedBytes };
}
