import { readAffinityRule, type AffinityRule, type AffinityWord } from '@tollgate/contract/settings/affinity';
import { readPath, valuesAt } from '@tollgate/wire/json/path';
import type { Json } from '@tollgate/wire/protocol';

/** What of a request may tell which conversation it belongs to. */
export type Conversational = {
  /** Id of the endpoint that it came to. */
  readonly endpoint: string;
  readonly model: string;
  readonly json: Json;
  header(name: string): string | undefined;
};

/** Reads the conversation that a request belongs to; undefined where nothing tells. */
export type ReadConversation = (request: Conversational) => string | undefined;

/** Longer values are no ids, and would be remembered at full length. */
const longest = 512;

/** Reads rules once. The first that fits and finds something tells. */
export function compileAffinity(rules: readonly AffinityRule[]): ReadConversation {
  const compiled = rules.map(compileRule);
  return (request) => {
    for (const read of compiled) {
      const found = read(request);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function compileRule(rule: AffinityRule): ReadConversation {
  const words = readAffinityRule(rule) ?? [];
  const named = (kind: AffinityWord['kind']): readonly string[] =>
    words.filter((word) => word.kind === kind).map(({ text }) => text);
  const endpoints = named('endpoint');
  const patterns = named('model').map((pattern) => new RegExp(pattern));
  const sources = words.flatMap((word) => compileSource(word) ?? []);
  return (request) => {
    if (endpoints.length > 0 && !endpoints.includes(request.endpoint)) return undefined;
    if (patterns.length > 0 && !patterns.some((pattern) => pattern.test(request.model))) return undefined;
    for (const { place, read } of sources) {
      const value = read(request);
      if (value !== undefined && value !== '' && value.length <= longest) return `${place}:${value}`;
    }
    return undefined;
  };
}

type Source = { readonly place: string; readonly read: ReadConversation };

/** A place where an id may stand; ids of different places are different conversations. */
function compileSource({ kind, text }: AffinityWord): Source | undefined {
  if (kind === 'header') {
    const name = text.toLowerCase();
    return { place: name, read: ({ header }) => header(name) };
  }
  if (kind !== 'json') return undefined;
  const path = readPath(text);
  return {
    place: text,
    read: ({ json }) => {
      const [value] = valuesAt(json, path);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
    },
  };
}

/**
 * A number in [0, 1) that is the same wherever it is asked for: by it, lots are drawn alike in every process, and a conversation
 * begins at the same target in each of them (weighted rendezvous hashing). FNV-1a, with its bits mixed (Murmur3's finaliser).
 */
export function lotOf(conversation: string, target: string): number {
  let hash = 0x811c9dc5;
  for (const text of [conversation, '\n', target])
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
