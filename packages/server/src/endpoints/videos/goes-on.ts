import { defaultVideoModel, readSeconds, writeVideo } from '@tollgate/wire/protocols/openai-media/videos';
import { readSize, videoTokens } from '@tollgate/wire/ir/videos';
import { at, compact, isObject, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { isOver, type MediaTask } from '../../domain/media-task.ts';
import { Refusal } from '../../domain/refusal.ts';
import { fillVideoPath } from '../../providers/path.ts';
import type { CallTarget, EndpointFacts } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange } from '../../relay/exchange.ts';
import { prepare } from '../../relay/plan/targets.ts';
import { writeMultipart, type WrittenForm } from '../../relay/receive/multipart/write-multipart.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { filesOf, formOf, passedForm, type FileFacts } from '../shared/form.ts';
import { summaryOf } from '../shared/inspect.ts';
import { readerOfErrors, translatedBody, wholeOnly } from '../shared/json-endpoint.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';
import { beginsTask, taskFor } from './hand-over.ts';
import { usual } from './inspect.ts';
import { free, ownVideo } from './own-answers.ts';
import { readSubmitted } from './submit.ts';
import { tellingTo, toldOf } from './tell.ts';

/** What goes on with a video: by its vendor's place for it, and where its name stands. */
type Sequel = Pick<EndpointFacts, 'id' | 'title' | 'routes'> & {
  readonly action: 'remix' | 'edits' | 'extensions';
  /** The name of the video is in the path, and not in the body. */
  readonly inPath?: boolean;
};

const maxPromptLength = 32_000;
const protocol = 'openai-chat' as const;

/** The video that is named: a form's `video[id]` is as good as an object. */
const namedIn = (json: JsonObject): string =>
  textAt(objectAt(json, 'video') ?? {}, 'id') ?? textAt(json, 'video[id]') ?? '';

/** A film that is sent with the request, in place of one that is kept. */
const uploadIn = (json: Json): FileFacts | undefined => (isObject(json) ? filesOf(json, 'video')[0] : undefined);

/** No vendor takes a longer one; its length is known once it is done. */
const longestUpload = 20;

function inspect({ action, inPath }: Sequel, json: Json): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const prompt = textAt(json, 'prompt') ?? '';
  if (prompt === '' || prompt.length > maxPromptLength)
    return { invalid: `"prompt" must have from 1 to ${maxPromptLength} characters.`, param: 'prompt' };
  const upload = inPath === true ? undefined : uploadIn(json);
  if (upload?.bytes === 0) return { invalid: '"video" is empty.', param: 'video' };
  if (inPath !== true && !upload && namedIn(json) === '')
    return { invalid: '"video" must be a file, or name one of your videos: {"id": "video_…"}.', param: 'video' };
  if (action === 'extensions' && (readSeconds(at(json, 'seconds')) ?? Infinity) > 60)
    return { invalid: '"seconds" must be a whole number of seconds from 1 to 60.', param: 'seconds' };
  const inputEstimate = estimateInput(prompt);
  if (upload) {
    const seconds = (action === 'extensions' ? readSeconds(at(json, 'seconds')) : undefined) ?? longestUpload;
    const counted = { seconds };
    const maxOutputTokens = videoTokens(usual.size, seconds);
    return summaryOf(textAt(json, 'model') ?? defaultVideoModel, json, { inputEstimate, counted, maxOutputTokens });
  }
  // Of which model it is is known once the video is found.
  return summaryOf('', json, { inputEstimate });
}

/** How long what comes of it will be, as far as that can be told. */
const secondsOf = ({ action }: Sequel, json: Json, origin: MediaTask | undefined): number | undefined =>
  action === 'extensions' && isObject(json)
    ? readSeconds(at(json, 'seconds'))
    : (origin?.state.usage?.seconds ?? origin?.asked.seconds);

/** The candidate, asked where its vendor goes on with a video: one of its own, or one that is sent to it. */
function placedAt(candidate: Candidate, { action }: Sequel, vendorId: string): Candidate {
  const { dialect, target } = candidate;
  const { settings } = prepare(target.channel, target.credential);
  const template = dialect.videos?.submit?.[action];
  const path = template && fillVideoPath(template, settings, { id: vendorId });
  if (path === undefined)
    throw new Refusal('not_supported_by_model', 'Who made the video does not do that.', { param: 'video' });
  return { ...candidate, dialect: { ...dialect, paths: { ...dialect.paths, videos: path } } };
}

/** What goes up: where the video is an upload its client's form, with the model only where that is named. */
function sentBy(
  context: Planned,
  sequel: Sequel,
  candidate: Candidate,
  origin: MediaTask | undefined,
): { readonly body: JsonObject; readonly sent: Uint8Array | WrittenForm } {
  const { json } = context.body;
  const facts = isObject(json) ? json : {};
  if (origin === undefined) {
    const namesModel = textAt(facts, 'model') !== undefined;
    return { body: facts, sent: namesModel ? passedForm(context, candidate) : writeMultipart(formOf(context)) };
  }
  const body = compact({
    prompt: textAt(facts, 'prompt') ?? '',
    seconds: sequel.action === 'extensions' ? `${secondsOf(sequel, json, origin)}` : undefined,
    video: sequel.inPath === true ? undefined : { id: origin.vendorId },
  });
  return { body, sent: translatedBody(context, body, candidate) };
}

/** The video that is gone on with; undefined where it is sent with the request. */
type Going = { readonly origin: MediaTask | undefined };

/**
 * Has a video changed or gone on with, at the account that made it, or at any that does so where it is sent; what comes of it is a
 * video of its own.
 */
function goesOn(sequel: Sequel): Endpoint {
  const { id, title, routes, action, inPath } = sequel;
  const nameOf = ({ params }: CallTarget, json: Json): string =>
    inPath === true ? (params['id'] ?? '') : isObject(json) ? namedIn(json) : '';
  const endpoint: Endpoint<Going> = {
    id,
    title,
    routes,
    protocol,
    operation: 'videos',
    errors: free.errors,
    body: 'json or multipart',
    answers: ['task'],
    charged: true,
    inspect: (json) => inspect(sequel, json),
    async begin(deps, context) {
      const { json } = context.body;
      if (inPath !== true && uploadIn(json)) return { origin: undefined };
      const origin = await ownVideo(deps, context, nameOf(context.call.target, json));
      if (!isOver(origin.state)) throw new Refusal('video_in_progress', 'The video is still being made.');
      if (origin.state.status === 'failed' || origin.protocol !== protocol)
        throw new Refusal('video_not_found', 'Nothing can go on with this video.', { param: 'video' });
      const seconds = secondsOf(sequel, json, origin) ?? usual.seconds;
      const size = readSize(origin.state.size ?? origin.asked.size) ?? usual.size;
      context.summary = {
        ...context.summary,
        model: origin.model,
        maxOutputTokens: videoTokens(size, seconds),
        counted: { seconds },
      };
      return { origin };
    },
    fits: ({ videos }, { origin }) => origin !== undefined || videos?.submit?.[action] !== undefined,
    binding: (_context, { origin }) =>
      origin && {
        account: { channelId: origin.channelId, credential: origin.credential },
        namesOnly: true,
        refusal: () => new Refusal('no_channel', 'Who made the video is not asked any more.'),
      },
    exchange(deps, context, { origin }, candidate) {
      const there = placedAt(candidate, sequel, origin?.vendorId ?? '');
      const { body, sent } = sentBy(context, sequel, there, origin);
      return chain(upstreamRequest(deps, endpoint, context, there, sent), (request): Exchange => {
        const asked = {
          prompt: textAt(body, 'prompt') ?? '',
          seconds: secondsOf(sequel, context.body.json, origin),
          size: origin?.state.size ?? origin?.asked.size,
          place: action,
          origin: origin?.id,
        };
        const task = taskFor(context, candidate, { kind: 'video', asked, prefix: 'video', client: 'videos' });
        const type = sent instanceof Uint8Array ? 'application/json' : sent.contentType;
        return {
          ...wholeOnly,
          request: { ...request, headers: { ...request.headers, 'content-type': type } },
          background: true,
          readError: readerOfErrors(candidate),
          readWhole: (answer) =>
            readSubmitted(candidate, { action, body }, answer, (vendorId) =>
              writeVideo(toldOf({ ...task, vendorId }, tellingTo(context))),
            ),
          ...beginsTask(deps, context, candidate, task),
        };
      });
    },
  };
  return defineEndpoint(endpoint);
}

/** https://platform.openai.com/docs/api-reference/videos */
export const sequelEndpoints: readonly Endpoint[] = [
  goesOn({
    id: 'videos-remix',
    title: 'OpenAI Videos, one made anew',
    routes: [{ method: 'POST', path: '/v1/videos/{id}/remix' }],
    action: 'remix',
    inPath: true,
  }),
  goesOn({
    id: 'videos-edits',
    title: 'OpenAI Videos, one changed',
    routes: [{ method: 'POST', path: '/v1/videos/edits' }],
    action: 'edits',
  }),
  goesOn({
    id: 'videos-extensions',
    title: 'OpenAI Videos, one made longer',
    routes: [{ method: 'POST', path: '/v1/videos/extensions' }],
    action: 'extensions',
  }),
];
