import type { Loss } from '@tollgate/wire/ir/loss';
import { unfulfilled, withoutHook, type AskedVideo, type SentVideo } from '@tollgate/wire/ir/videos';
import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { failureIn } from '@tollgate/wire/protocols/openai-chat/errors';
import { causeOf } from '../../domain/causes.ts';
import { Refusal } from '../../domain/refusal.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { Exchange, WholeAnswer } from '../../relay/exchange.ts';
import type { WrittenForm } from '../../relay/receive/multipart/write-multipart.ts';
import type { File } from '../../relay/receive/multipart/parts.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import { accountsNamed, refuseForeignResources } from '../shared/foreign-resources.ts';
import { passedForm } from '../shared/form.ts';
import { fault, passedJson, readerOfErrors, translatedBody, wholeOnly } from '../shared/json-endpoint.ts';
import { refuseLosses } from '../shared/strictness.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';
import { askedBy, type VideoClient } from './clients.ts';
import { beginsTask, idOf, placedAt, taskFor, type Begun } from './hand-over.ts';
import { tellingTo, toldOf } from './tell.ts';
import { noCalls, vendorCalls, type VendorCalls } from './vendor-calls.ts';
import { speaksOfVideos, videoEgress } from './vendors.ts';

/** What is asked, and the account that keeps what it names. */
type Asked = { readonly asked: AskedVideo; readonly keeper: AccountRef | undefined };

/** A larger picture to begin with is taken by no vendor in JSON. */
const maxPictureBytes = 20 << 20;

/**
 * Begins a video, at whoever takes it. What goes up is what the client sent where the vendor speaks as its client does, and is said
 * in its own words elsewhere; what comes back has an id of ours, by which it is asked after.
 */
export function beginsVideos(client: VideoClient): Endpoint {
  const endpoint: Endpoint<Asked> = {
    id: client.id,
    title: client.title,
    routes: client.begin,
    protocol: client.protocol,
    operation: 'videos',
    errors: client.errors,
    body: client.body,
    answers: ['task'],
    charged: true,
    inspect: (json, _limits, { action }) => client.inspect(json, action),
    async begin(deps, context) {
      await refuseForeignResources(deps, context);
      const [keeper, ...others] = await accountsNamed(deps, context);
      if (others.length > 0)
        throw new Refusal(
          'invalid_request',
          'What the request names is kept at different accounts, none of which has it all.',
        );
      return { asked: askedBy(client, context.body.json, context.call.target.action), keeper };
    },
    binding: (_context, { keeper }) =>
      keeper && {
        account: keeper,
        namesOnly: true,
        refusal: () => new Refusal('no_channel', 'Who keeps what the request names is not asked any more.'),
      },
    translation: {
      operation: 'videos',
      to: (protocol) => speaksOfVideos(protocol),
      isNeeded: () => client.alwaysWritten === true,
    },
    async exchange(deps, context, { asked }, candidate) {
      const calls = context.body.form && candidate.mode !== 'translate' ? noCalls : callsOf(candidate, context);
      const marked = markedBy(candidate, context, calls);
      const written =
        candidate.mode === 'translate' ? await translated(context, client, asked, candidate, marked) : undefined;
      if (written) refuseLosses(context, candidate, written.losses);
      const body = written?.bytes ?? passed(client, context, candidate, marked);
      const more = candidate.dialect.videos?.headers;
      const sent = {
        action: written ? written.action : context.call.target.action,
        body: written?.body ?? client.ingress.withModel(bodyOf(context), candidate.upstreamModel),
      };
      const there = placedAt(candidate, 'videos', sent.action);
      return chain(upstreamRequest(deps, endpoint, context, there, body), (request): Exchange => {
        const task = taskOf(client, context, asked, candidate, sent.action, calls.called);
        return {
          ...wholeOnly,
          request: more ? { ...request, headers: { ...request.headers, ...more } } : request,
          conversion: written && { protocol: candidate.dialect.protocol, losses: written.losses },
          background: true,
          readError: readerOfErrors(candidate),
          readWhole: (bytes) =>
            readSubmitted(candidate, sent, bytes, (vendorId) =>
              client.ingress.writeBegun(toldOf({ ...task, vendorId }, tellingTo(context))),
            ),
          ...beginsTask(deps, context, candidate, task),
        };
      });
    },
  };
  return defineEndpoint(endpoint);
}

/** What the client sent, for a vendor who is asked in its words; nobody else is told of what is done. */
function passed(
  client: VideoClient,
  context: Planned,
  candidate: Candidate,
  marked: Marking,
): Uint8Array | WrittenForm {
  if (context.body.form) return passedForm(context, candidate);
  return passedJson(context, candidate, (json, model) => marked(withoutHook(client.ingress.withModel(json, model))));
}

type Marking = (body: JsonObject) => JsonObject;

const callsOf = ({ dialect }: Candidate, context: Planned): VendorCalls =>
  vendorCalls(context, videoEgress(dialect.protocol), idOf(context, 'video'));

/** Gives what a vendor is asked for a name of ours, where it keeps one, and says where it may call. */
function markedBy({ dialect }: Candidate, context: Planned, calls: VendorCalls): Marking {
  const { search } = videoEgress(dialect.protocol);
  return (body) => calls.tell(search?.mark?.(body, idOf(context, 'video')) ?? body);
}

function taskOf(
  client: VideoClient,
  context: Planned,
  { value }: AskedVideo,
  candidate: Candidate,
  place: string | undefined,
  called: string | undefined,
): Begun {
  const { prompt, seconds, size } = value;
  const asked = { prompt, seconds, size: size && `${size.width}x${size.height}`, place, called };
  return taskFor(context, candidate, { kind: 'video', asked, prefix: 'video', client: client.id });
}

const bodyOf = ({ body }: Planned): JsonObject => (isObject(body.json) ? body.json : {});

async function translated(
  context: Planned,
  client: VideoClient,
  asked: AskedVideo,
  candidate: Candidate,
  marked: Marking,
): Promise<SentVideo & { readonly bytes: Uint8Array; readonly losses: readonly Loss[] }> {
  const file = context.body.form?.parts.find(
    (part): part is File => part.kind === 'file' && part.name === 'input_reference',
  );
  const read = file
    ? askedBy(client, { ...bodyOf(context), input_reference: await dataUrlOf(file) }, context.call.target.action)
    : asked;
  const egress = videoEgress(candidate.dialect.protocol);
  const written = egress.write(read.value, candidate.upstreamModel);
  if ('invalid' in written) throw new Refusal('invalid_request', written.invalid, { param: written.param });
  const body = marked(written.value);
  return {
    action: written.action,
    body,
    bytes: translatedBody(context, body, candidate),
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

/** Reads the answer to a request for a video. */
export function readSubmitted(
  candidate: Candidate,
  sent: SentVideo,
  bytes: Uint8Array,
  tell: (vendorId: string) => JsonObject,
): WholeAnswer {
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
      body: JSON.stringify(tell(vendorId)),
      contentType: 'application/json',
      losses: [],
      // Some vendors say 201 or 202.
      status: 200,
    }),
  };
}
