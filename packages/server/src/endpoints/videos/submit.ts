import type { Loss } from '@tollgate/wire/ir/loss';
import { unfulfilled, type SentVideo } from '@tollgate/wire/ir/videos';
import { parseJson } from '@tollgate/wire/json/exact';
import { at, isObject, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { failureIn } from '@tollgate/wire/protocols/openai-chat/errors';
import { readSeconds, readVideoRequest } from '@tollgate/wire/protocols/openai-media/videos';
import { causeOf } from '../../domain/causes.ts';
import type { MediaTask } from '../../domain/media-task.ts';
import { Refusal } from '../../domain/refusal.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Detached, Exchange, WholeAnswer } from '../../relay/exchange.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { File } from '../../relay/receive/multipart/parts.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach } from '../../relay/settle/settle.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { detachedJob, letGo } from '../shared/detached-job.ts';
import { refuseForeignResources } from '../shared/foreign-resources.ts';
import { passedForm } from '../shared/form.ts';
import { fault, passedJson, readerOfErrors, translatedBody, wholeOnly } from '../shared/json-endpoint.ts';
import { refuseLosses } from '../shared/strictness.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';
import { inspectVideo } from './inspect.ts';
import { begun, toldOf } from './tell.ts';
import { speaksOfVideos, videoEgress } from './vendors.ts';

/** A larger picture to begin with is taken by no vendor in JSON. */
const maxPictureBytes = 20 << 20;

/**
 * Begins a video, at whoever takes it. What goes up is what the client sent where the vendor speaks as OpenAI, and is said in
 * its own words elsewhere; what comes back has an id of ours, by which it is asked after.
 */
const endpoint: Endpoint<undefined> = {
  id: 'videos',
  title: 'OpenAI Videos',
  routes: [{ method: 'POST', path: '/v1/videos' }],
  protocol: 'openai-chat',
  operation: 'videos',
  errors: passthroughOf('openai-chat'),
  body: 'json or multipart',
  answers: ['task'],
  charged: true,
  inspect: (json) => inspectVideo(json),
  begin: refuseForeignResources,
  translation: { operation: 'videos', to: (protocol) => speaksOfVideos(protocol), isNeeded: () => false },
  async exchange(deps, context, _state, candidate) {
    const written = candidate.mode === 'translate' ? await translated(context, candidate) : undefined;
    if (written) refuseLosses(context, candidate, written.losses);
    const body =
      written?.bytes ?? (context.body.form ? passedForm(context, candidate) : passedJson(context, candidate));
    const more = candidate.dialect.videos?.headers;
    const sent = { action: written?.action, body: written?.body ?? bodyOf(context) };
    const there = placedAt(candidate, sent.action);
    return chain(upstreamRequest(deps, endpoint, context, there, body), (request): Exchange => {
      const task = taskOf(context, candidate);
      return {
        ...wholeOnly,
        request: more ? { ...request, headers: { ...request.headers, ...more } } : request,
        conversion: written && { protocol: candidate.dialect.protocol, losses: written.losses },
        background: true,
        readError: readerOfErrors(candidate),
        readWhole: (bytes) => readSubmitted(candidate, task, sent, bytes),
        handOver: (detached, taken, failed) => handOver(deps, context, candidate, task, detached, taken, failed),
      };
    });
  },
};

export const videosEndpoint = defineEndpoint(endpoint);

/** The candidate, asked where its vendor begins what is asked of it. */
function placedAt(candidate: Candidate, action: string | undefined): Candidate {
  const { dialect } = candidate;
  const path = action === undefined ? undefined : dialect.videos?.submit?.[action];
  return path === undefined
    ? candidate
    : { ...candidate, dialect: { ...dialect, paths: { ...dialect.paths, videos: path } } };
}

type Begun = Omit<MediaTask, 'vendorId'>;

function taskOf(context: Planned, { target, dialect }: Candidate): Begun {
  const body = bodyOf(context);
  return {
    id: `video_${context.call.id.replace(/^req_/, '')}`,
    requestId: context.call.id,
    userId: context.key.user.id,
    keyId: context.key.id,
    kind: 'video',
    model: context.summary.model,
    channelId: target.channel.id,
    credential: target.credential.index,
    protocol: dialect.protocol,
    asked: {
      prompt: textAt(body, 'prompt') ?? '',
      seconds: readSeconds(at(body, 'seconds') ?? at(body, 'duration')),
      size: textAt(body, 'size'),
    },
    state: begun,
    createdAt: context.at,
    updatedAt: context.at,
    finishedAt: undefined,
  };
}

const bodyOf = ({ body }: Planned): JsonObject => (isObject(body.json) ? body.json : {});

async function translated(
  context: Planned,
  candidate: Candidate,
): Promise<SentVideo & { readonly bytes: Uint8Array; readonly losses: readonly Loss[] }> {
  const json = bodyOf(context);
  const file = context.body.form?.parts.find(
    (part): part is File => part.kind === 'file' && part.name === 'input_reference',
  );
  const read = readVideoRequest(file ? { ...json, input_reference: await dataUrlOf(file) } : json);
  const egress = videoEgress(candidate.dialect.protocol);
  const written = egress.write(read.value, candidate.upstreamModel);
  if ('invalid' in written) throw new Refusal('invalid_request', written.invalid, { param: written.param });
  return {
    action: written.action,
    body: written.value,
    bytes: translatedBody(context, written.value, candidate),
    losses: [...read.losses, ...unfulfilled(read.value, egress.takes), ...written.losses],
  };
}

async function dataUrlOf({ content, contentType }: File): Promise<string> {
  if (content.size > maxPictureBytes)
    throw new Refusal('invalid_request', `The picture has more than ${maxPictureBytes >> 20} MB.`, {
      param: 'input_reference',
    });
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.read()) chunks.push(chunk);
  return `data:${contentType ?? 'image/png'};base64,${Buffer.concat(chunks).toString('base64')}`;
}

const decoder = new TextDecoder();

function readSubmitted(candidate: Candidate, task: Begun, sent: SentVideo, bytes: Uint8Array): WholeAnswer {
  const json = parseJson(decoder.decode(bytes));
  if (json === undefined)
    return fault('unexpected_body', 'the upstream answered 200 with a body that is not JSON', undefined);
  const vendorId = videoEgress(candidate.dialect.protocol).readSubmitted(json, sent);
  if (vendorId === undefined || vendorId === '') {
    const error = isObject(json) ? failureIn(json, 200) : undefined;
    if (error) return fault(causeOf(error, candidate.target.channel.provider), error.message, error);
    return fault('empty', 'the upstream answered 200 and began no video', undefined);
  }
  return {
    usage: undefined,
    outputEstimate: 0,
    detached: { responseId: vendorId, parts: {}, given: undefined },
    write: () => ({
      body: JSON.stringify(toldOf({ ...task, vendorId })),
      contentType: 'application/json',
      losses: [],
      // Some vendors say 201 or 202.
      status: 200,
    }),
  };
}

function handOver(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  task: Begun,
  detached: Detached,
  taken: () => void,
  failed: (error: unknown) => void,
): void {
  const found = detachedJob(deps, context, candidate, detached);
  if ('refused' in found) return failed(new Error(found.refused));
  const taking = deps.tasks.take({ ...task, vendorId: detached.responseId }, found.job, found.hold);
  letGo(deps, context, taking, () => detach(deps, context), taken, failed);
}
