import { isObject, numberAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import { camelKeys } from '@tollgate/wire/protocols/gemini/cases';
import { modelInPath } from '@tollgate/wire/protocols/gemini/live';
import { readGeminiResources } from '@tollgate/wire/protocols/gemini/resources';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import { answerHeaders } from '../../relay/answer/headers.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { keyText } from '../../relay/receive/identify.ts';
import type { Inspected } from '../../relay/request-context.ts';
import { hashSecret } from '../../services/accounts/secret-text.ts';
import { lookedUp, refuseForeignResources } from '../shared/foreign-resources.ts';
import { summaryOf } from '../shared/inspect.ts';
import { refuseUnserved } from '../shared/unserved.ts';
import { geminiLiveEndpoint } from './endpoint.ts';
import { tokenPrefix } from './setup.ts';

/** How long a session may be begun, and lasts, unless the request says otherwise; and at most. https://ai.google.dev/gemini-api/docs/ephemeral-tokens */
const beginsWithinMs = 60_000;
const lastsMs = 30 * 60_000;
const longestMs = 20 * 3_600_000;

/** Google knows no most; each use is kept. */
const mostUses = 100;

/** What is asked for. Times are text, and checked against the clock when the token is made. */
type Asked = {
  readonly model: string | undefined;
  readonly setup: JsonObject | undefined;
  readonly fields: readonly string[];
  /** 0 for as many as one likes. */
  readonly uses: number;
  readonly expireTime: string | undefined;
  readonly newSessionExpireTime: string | undefined;
};

/** Google's ephemeral tokens: one of the gateway's own opens Live sessions in its key's place for a while. No provider is asked. */
export const liveTokenEndpoint: Endpoint = defineEndpoint<JsonObject>({
  id: 'gemini-live-tokens',
  title: 'Gemini Live, a token for a client',
  routes: ['v1alpha', 'v1beta', 'v1'].map((version) => ({ method: 'POST' as const, path: `/${version}/auth_tokens` })),
  protocol: geminiLiveEndpoint.protocol,
  operation: 'live',
  errors: geminiLiveEndpoint.errors,
  body: 'json',
  maxBodyBytes: 1 << 20,
  answers: ['json'],
  charged: false,
  inspect: inspectAsked,
  async begin(deps, context) {
    const asked = isObject(context.body.json) ? readAsked(context.body.json) : undefined;
    if (!asked || 'invalid' in asked) throw new Error('a body that is none was let through');
    await refuseForeignResources(deps, context);
    if (asked.model !== undefined) refuseUnserved(deps, geminiLiveEndpoint, context);
    return await make(deps, context, asked);
  },
  candidates: () => [],
  exchange: () => {
    throw new Error('nobody is asked');
  },
  fallback: (context, json) => Response.json(json, { headers: answerHeaders(context, 'application/json') }),
});

function inspectAsked(json: Json): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const asked = readAsked(json);
  if ('invalid' in asked) return asked;
  return summaryOf(asked.model ?? '', null, { references: referencesTo(readGeminiResources(asked.setup ?? {})) });
}

function readAsked(json: JsonObject): Asked | Invalid {
  const body = camelKeys(json);
  const own = objectAt(body, 'bidiGenerateContentSetup');
  const setup = own && camelKeys(own);
  const uses = body['uses'] === undefined ? 1 : (numberAt(body, 'uses') ?? -1);
  if (!Number.isInteger(uses) || uses < 0 || uses > mostUses)
    return { invalid: `"uses" must be a whole number from 0 to ${mostUses}.`, param: 'uses' };
  const model = modelInPath(textAt(setup ?? {}, 'model') ?? '');
  return {
    model: model === '' ? undefined : model,
    setup,
    fields: (textAt(body, 'fieldMask') ?? '').split(',').filter((field) => field !== ''),
    uses,
    expireTime: textAt(body, 'expireTime'),
    newSessionExpireTime: textAt(body, 'newSessionExpireTime'),
  };
}

async function make(deps: RelayDeps, { call }: Inspected, asked: Asked): Promise<JsonObject> {
  const key = keyText(call.request);
  if (key === undefined) throw new Refusal('missing_key', 'A token is made by an API key alone.');
  const now = deps.clock.now();
  const endsAt = momentOf(asked.expireTime, 'expireTime', now, lastsMs);
  const expiresAt = momentOf(asked.newSessionExpireTime, 'newSessionExpireTime', now, beginsWithinMs);
  const { model, setup, fields, uses } = asked;
  const kept = {
    keyHash: hashSecret(key),
    ...(model !== undefined && { model }),
    session: setup ? { setup, fields } : {},
    ...(uses > 0 && { uses }),
    endsAt,
  };
  const name = await lookedUp(deps, deps.clientSecrets.create(kept, { prefix: tokenPrefix, expiresAt }));
  return { name, expireTime: timeOf(endsAt), newSessionExpireTime: timeOf(expiresAt), uses };
}

/** A moment as the request says it, or after the usual while. */
function momentOf(text: string | undefined, param: string, now: number, usualMs: number): number {
  if (text === undefined) return now + usualMs;
  const at = Date.parse(text);
  if (!(at > now && at <= now + longestMs))
    throw new Refusal('invalid_request', `"${param}" must be a time within the next 20 hours.`, { param });
  return at;
}

const timeOf = (at: number): string => new Date(at).toISOString();
