import { at, isObject, numberAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import { answerHeaders } from '../../relay/answer/headers.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { keyText } from '../../relay/receive/identify.ts';
import type { Inspected } from '../../relay/request-context.ts';
import { hashSecret } from '../../services/accounts/secret-text.ts';
import { lookedUp } from '../shared/foreign-resources.ts';
import { summaryOf } from '../shared/inspect.ts';
import { refuseUnserved } from '../shared/unserved.ts';
import { refuseForeign, transcriberOf } from './client-events.ts';
import { realtimeEndpoint, transcriptionEndpoint } from './endpoint.ts';

/** How long a secret opens sessions, in seconds. https://developers.openai.com/api/reference/resources/realtime/subresources/client_secrets/methods/create */
const usualLife = 600;
const shortestLife = 10;
const longestLife = 7200;
/** Of the older shape. https://platform.openai.com/docs/api-reference/realtime-sessions */
const olderLife = 60;

/** What is asked for, however it is said. */
type Asked = {
  readonly session: JsonObject;
  /** The model that its sessions are held with. */
  readonly model: string | undefined;
  /** Of sessions that only transcribe, the kind of event by which they are set up. */
  readonly transcribing?: 'session.update' | 'transcription_session.update';
  /** In seconds. */
  readonly life: number;
  /** Where the session's fields stand in the body. */
  readonly within: string;
};

type Made = { readonly secret: string; readonly expiresAt: number; readonly session: JsonObject };

type Shape = {
  readonly facts: Pick<Endpoint, 'id' | 'title' | 'routes'>;
  read(body: JsonObject): Asked | Invalid;
  write(made: Made, id: string): JsonObject;
};

/** A secret of the gateway's own, which opens sessions of one model in its key's place for a while. No provider is asked. */
const secretEndpoint = ({ facts, read, write }: Shape): Endpoint =>
  defineEndpoint<JsonObject>({
    ...facts,
    protocol: realtimeEndpoint.protocol,
    operation: 'realtime',
    errors: realtimeEndpoint.errors,
    body: 'json',
    maxBodyBytes: 1 << 20,
    answers: ['json'],
    charged: false,
    inspect: (json) => inspectAsked(json, read),
    async begin(deps, context) {
      const asked = isObject(context.body.json) ? read(context.body.json) : undefined;
      if (!asked || 'invalid' in asked) throw new Error('a body that is none was let through');
      refuseForeign(asked.session, asked.session, context);
      refuseUnserved(deps, asked.transcribing ? transcriptionEndpoint : realtimeEndpoint, context);
      return write(await make(deps, context, asked), context.call.id);
    },
    candidates: () => [],
    exchange: () => {
      throw new Error('nobody is asked');
    },
    fallback: (context, json) => Response.json(json, { headers: answerHeaders(context, 'application/json') }),
  });

function inspectAsked(json: Json, read: Shape['read']): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const asked = read(json);
  if ('invalid' in asked) return asked;
  const { session, model = '', life, within } = asked;
  const type = textAt(session, 'type') ?? 'realtime';
  if (!asked.transcribing && type !== 'realtime')
    return { invalid: 'Sessions are of the type "realtime" or "transcription".', param: `${within}type` };
  if (model === '')
    return {
      invalid: 'The session must name its model.',
      param: asked.transcribing ? `${within}${whereTranscriber[asked.transcribing]}` : `${within}model`,
    };
  if (!Number.isInteger(life) || life < shortestLife || life > longestLife)
    return {
      invalid: `"seconds" must be a whole number from ${shortestLife} to ${longestLife}.`,
      param: 'expires_after.seconds',
    };
  return summaryOf(model, null);
}

/** Where a session says which model transcribes. */
const whereTranscriber = {
  'session.update': 'audio.input.transcription.model',
  'transcription_session.update': 'input_audio_transcription.model',
} as const;

async function make(
  deps: RelayDeps,
  { call, summary }: Inspected,
  { session, life, transcribing }: Asked,
): Promise<Made> {
  const key = keyText(call.request);
  if (key === undefined) throw new Refusal('missing_key', 'A client secret is made by an API key alone.');
  const expiresAt = Math.floor(deps.clock.now() / 1000) + life;
  const kept = {
    keyHash: hashSecret(key),
    model: summary.model,
    session: transcribing ? { transcribing: { type: transcribing, session } } : session,
  };
  return {
    secret: await lookedUp(deps, deps.clientSecrets.create(kept, { prefix: '', expiresAt: expiresAt * 1000 })),
    expiresAt,
    session,
  };
}

const sessionId = (callId: string): string => callId.replace(/^req_/, 'sess_');

export const clientSecretEndpoints: readonly Endpoint[] = [
  secretEndpoint({
    facts: {
      id: 'realtime-client-secrets',
      title: 'OpenAI Realtime, a secret for a client',
      routes: [
        { method: 'POST', path: '/v1/realtime/client_secrets' },
        { method: 'POST', path: '/openai/v1/realtime/client_secrets' },
      ],
    },
    read(body) {
      const session = at(body, 'session');
      const expiry = at(body, 'expires_after');
      if (!isObject(session)) return { invalid: '"session" must be an object.', param: 'session' };
      if (expiry !== undefined && expiry !== null && !isObject(expiry))
        return { invalid: '"expires_after" must be an object.', param: 'expires_after' };
      const named = objectAt(body, 'expires_after') ?? {};
      const life = at(named, 'seconds') === undefined ? usualLife : (numberAt(named, 'seconds') ?? Number.NaN);
      const asked = { life, within: 'session.' };
      return textAt(session, 'type') === 'transcription'
        ? { ...asked, session, model: transcriberOf(session), transcribing: 'session.update' }
        : { ...asked, session: { type: 'realtime', ...session }, model: textAt(session, 'model') };
    },
    write: ({ secret, expiresAt, session }, id) => ({
      value: secret,
      expires_at: expiresAt,
      session: {
        ...session,
        id: sessionId(id),
        object: session['type'] === 'transcription' ? 'realtime.transcription_session' : 'realtime.session',
      },
    }),
  }),
  secretEndpoint({
    facts: {
      id: 'realtime-sessions',
      title: 'OpenAI Realtime, a secret for a client (before it was generally available)',
      routes: [
        { method: 'POST', path: '/v1/realtime/sessions' },
        { method: 'POST', path: '/openai/realtimeapi/sessions' },
      ],
    },
    read: (body) => ({ session: body, model: textAt(body, 'model'), life: olderLife, within: '' }),
    write: ({ secret, expiresAt, session }, id) => ({
      ...session,
      id: sessionId(id),
      object: 'realtime.session',
      client_secret: { value: secret, expires_at: expiresAt },
    }),
  }),
  secretEndpoint({
    facts: {
      id: 'realtime-transcription-sessions',
      title: 'OpenAI Realtime, a secret for a client that only transcribes (before it was generally available)',
      routes: [
        { method: 'POST', path: '/v1/realtime/transcription_sessions' },
        { method: 'POST', path: '/openai/realtimeapi/transcription_sessions' },
      ],
    },
    read(body) {
      const { client_secret: asked, ...session } = body;
      const expiry = isObject(asked) ? (objectAt(asked, 'expires_at') ?? {}) : {};
      const life = at(expiry, 'seconds') === undefined ? usualLife : (numberAt(expiry, 'seconds') ?? Number.NaN);
      return {
        session,
        model: transcriberOf(session),
        transcribing: 'transcription_session.update',
        life,
        within: '',
      };
    },
    write: ({ secret, expiresAt, session }, id) => ({
      ...session,
      id: sessionId(id),
      object: 'realtime.transcription_session',
      client_secret: { value: secret, expires_at: expiresAt },
    }),
  }),
];
