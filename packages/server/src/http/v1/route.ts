import type { Operation, ProtocolId } from '@tollgate/wire/protocol';
import type { StoredAction } from '../../relay/stored/storing-account.ts';

/** What a path under `/v1` or `/v1beta` asks for. */
export type Route =
  | {
      readonly kind: 'relay';
      readonly protocol: ProtocolId;
      readonly operation: Operation;
      readonly path: { readonly model?: string; readonly stream?: boolean };
      readonly framing: 'sse' | 'json-array';
    }
  | {
      readonly kind: 'stored';
      readonly protocol: ProtocolId;
      readonly id: string;
      readonly action: StoredAction;
    }
  | { readonly kind: 'models'; readonly protocol: ProtocolId; readonly model: string | undefined }
  | { readonly kind: 'unknown'; readonly protocol: ProtocolId }
  | { readonly kind: 'wrong_method'; readonly protocol: ProtocolId };

const relayed: Readonly<Record<string, readonly [ProtocolId, Operation]>> = {
  '/v1/chat/completions': ['openai-chat', 'chat'],
  '/v1/completions': ['openai-chat', 'completions'],
  '/v1/responses': ['openai-responses', 'chat'],
  '/v1/responses/compact': ['openai-responses', 'compact'],
  '/v1/responses/input_tokens': ['openai-responses', 'count-tokens'],
  '/v1/messages': ['anthropic-messages', 'chat'],
  '/v1/messages/count_tokens': ['anthropic-messages', 'count-tokens'],
};

// `/v1beta/models/NAME:generateContent`; the name may hold slashes.
const geminiCall = /^\/v1(?:beta)?\/models\/(.+):(generateContent|streamGenerateContent|countTokens)$/;
const storedPath = /^\/v1\/responses\/([^/]+)(?:\/(cancel|input_items))?$/;
const modelPath = /^\/v1(?:beta)?\/models(?:\/(.+))?$/;

/**
 * Finds the route of a request. The protocol of an unknown path is told too, so that its refusal can be said in it: by
 * the path where it is one protocol's own, else by the headers that only one protocol's clients send.
 */
export function routeOf(method: string, path: string, query: string, headers: Headers): Route {
  const known = relayed[path];
  if (known) {
    const [protocol, operation] = known;
    if (method !== 'POST') return { kind: 'wrong_method', protocol };
    return { kind: 'relay', protocol, operation, path: {}, framing: 'sse' };
  }
  const gemini = geminiCall.exec(path);
  if (gemini) {
    if (method !== 'POST') return { kind: 'wrong_method', protocol: 'gemini' };
    const stream = gemini[2] === 'streamGenerateContent';
    const sse = new URLSearchParams(query).get('alt') === 'sse';
    return {
      kind: 'relay',
      protocol: 'gemini',
      operation: gemini[2] === 'countTokens' ? 'count-tokens' : 'chat',
      path: { model: decoded(gemini[1] ?? ''), stream },
      framing: stream && !sse ? 'json-array' : 'sse',
    };
  }
  const stored = storedPath.exec(path);
  if (stored) return storedRoute(method, decoded(stored[1] ?? ''), stored[2]);
  const protocol = speakerOf(path, headers);
  const models = modelPath.exec(path);
  if (!models) return { kind: 'unknown', protocol };
  if (method !== 'GET' && method !== 'HEAD') return { kind: 'wrong_method', protocol };
  return { kind: 'models', protocol, model: models[1] === undefined ? undefined : decoded(models[1]) };
}

function storedRoute(method: string, id: string, sub: string | undefined): Route {
  const action = storedActions.find((one) => one.method === method && one.sub === sub)?.action;
  const protocol = 'openai-responses';
  return action ? { kind: 'stored', protocol, id, action } : { kind: 'wrong_method', protocol };
}

const storedActions: readonly { method: string; sub: string | undefined; action: StoredAction }[] = [
  { method: 'GET', sub: undefined, action: 'read' },
  { method: 'DELETE', sub: undefined, action: 'delete' },
  { method: 'POST', sub: 'cancel', action: 'cancel' },
  { method: 'GET', sub: 'input_items', action: 'input_items' },
];

function speakerOf(path: string, headers: Headers): ProtocolId {
  if (path.startsWith('/v1beta/')) return 'gemini';
  if (path.startsWith('/v1/messages') || headers.has('anthropic-version')) return 'anthropic-messages';
  if (path.startsWith('/v1/responses')) return 'openai-responses';
  return 'openai-chat';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
