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
import { refuseForeign } from './client-events.ts';
import { realtimeEndpoint } from './endpoint.ts';

/** How long a secret opens sessions, in seconds. https://developers.openai.com/api/reference/resources/realtime/subresources/client_secrets/methods/create */
const usualLife = 600;
const shortestLife = 10;
const longestLife = 7200;
/** Of the older shape. https://platform.openai.com/docs/api-reference/realtime-sessions */
const olderLife = 60;

/** What is asked for, however it is said. */
type Asked = {
  readonly session: JsonObject;
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
      refuseUnserved(deps, realtimeEndpoint, context);
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
  const { session, life, within } = asked;
  const model = textAt(session, 'model') ?? '';
  if (model === '') return { invalid: 'The session must name its model.', param: `${within}model` };
  if ((textAt(session, 'type') ?? 'realtime') !== 'realtime')
    return { invalid: 'Only sessions of the type "realtime" are served.', param: `${within}type` };
  if (!Number.isInteger(life) || life < shortestLife || life > longestLife)
    return {
      invalid: `"seconds" must be a whole number from ${shortestLife} to ${longestLife}.`,
      param: 'expires_after.seconds',
    };
  return summaryOf(model, null);
}

async function make(deps: RelayDeps, { call, summary }: Inspected, { session, life }: Asked): Promise<Made> {
  const key = keyText(call.request);
  if (key === undefined) throw new Refusal('missing_key', 'A client secret is made by an API key alone.');
  const expiresAt = Math.floor(deps.clock.now() / 1000) + life;
  const kept = { keyHash: hashSecret(key), model: summary.model, session };
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
      return { session: { type: 'realtime', ...session }, life, within: 'session.' };
    },
    write: ({ secret, expiresAt, session }, id) => ({
      value: secret,
      expires_at: expiresAt,
      session: { ...session, id: sessionId(id), object: 'realtime.session' },
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
    read: (body) => ({ session: body, life: olderLife, within: '' }),
    write: ({ secret, expiresAt, session }, id) => ({
      ...session,
      id: sessionId(id),
      object: 'realtime.session',
      client_secret: { value: secret, expires_at: expiresAt },
    }),
  }),
];
