import { readSeconds, writeVideo } from '@tollgate/wire/protocols/openai-media/videos';
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
import type { Candidate } from '../../relay/request-context.ts';
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

function inspect({ action, inPath }: Sequel, json: Json): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const prompt = textAt(json, 'prompt') ?? '';
  if (prompt === '' || prompt.length > maxPromptLength)
    return { invalid: `"prompt" must have from 1 to ${maxPromptLength} characters.`, param: 'prompt' };
  if (inPath !== true && namedIn(json) === '')
    return { invalid: '"video" must name one of your videos: {"id": "video_…"}.', param: 'video' };
  if (action === 'extensions' && (readSeconds(at(json, 'seconds')) ?? Infinity) > 60)
    return { invalid: '"seconds" must be a whole number of seconds from 1 to 60.', param: 'seconds' };
  // Of which model it is is known once the video is found.
  return summaryOf('', json, { inputEstimate: estimateInput(prompt) });
}

/** How long what comes of it will be, as far as that can be told. */
const secondsOf = ({ action }: Sequel, json: Json, origin: MediaTask): number | undefined =>
  action === 'extensions' && isObject(json)
    ? readSeconds(at(json, 'seconds'))
    : (origin.state.usage?.seconds ?? origin.asked.seconds);

/** The candidate, asked where its vendor goes on with a video of its own. */
function placedAt(candidate: Candidate, { action }: Sequel, { vendorId }: MediaTask): Candidate {
  const { dialect, target } = candidate;
  const { settings } = prepare(target.channel, target.credential);
  const template = dialect.videos?.submit?.[action];
  const path = template && fillVideoPath(template, settings, { id: vendorId });
  if (path === undefined)
    throw new Refusal('not_supported_by_model', 'Who made the video does not do that.', { param: 'video' });
  return { ...candidate, dialect: { ...dialect, paths: { ...dialect.paths, videos: path } } };
}

/** Has a video changed or gone on with, at the account that made it; what comes of it is a video of its own. */
function goesOn(sequel: Sequel): Endpoint {
  const { id, title, routes, action, inPath } = sequel;
  const nameOf = ({ params }: CallTarget, json: Json): string =>
    inPath === true ? (params['id'] ?? '') : isObject(json) ? namedIn(json) : '';
  const endpoint: Endpoint<MediaTask> = {
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
      return origin;
    },
    binding: (_context, { channelId, credential }) => ({
      account: { channelId, credential },
      namesOnly: true,
      refusal: () => new Refusal('no_channel', 'Who made the video is not asked any more.'),
    }),
    exchange(deps, context, origin, candidate) {
      const there = placedAt(candidate, sequel, origin);
      const { json } = context.body;
      const prompt = (isObject(json) ? textAt(json, 'prompt') : undefined) ?? '';
      const seconds = secondsOf(sequel, json, origin);
      const body = compact({
        prompt,
        seconds: action === 'extensions' ? `${seconds}` : undefined,
        video: inPath === true ? undefined : { id: origin.vendorId },
      });
      const bytes = translatedBody(context, body, there);
      return chain(upstreamRequest(deps, endpoint, context, there, bytes), (request): Exchange => {
        const asked = {
          prompt,
          seconds,
          size: origin.state.size ?? origin.asked.size,
          place: action,
          origin: origin.id,
        };
        const task = taskFor(context, candidate, { kind: 'video', asked, prefix: 'video', client: 'videos' });
        return {
          ...wholeOnly,
          request: { ...request, headers: { ...request.headers, 'content-type': 'application/json' } },
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
