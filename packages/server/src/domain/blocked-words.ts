import { isList, isObject, textAt } from '@tollgate/wire/json/fields';
import type { Json, JsonObject } from '@tollgate/wire/protocol';

/** Finds the first of the words that stands in any text of a request; undefined where none does. */
export type FindBlockedWord = (json: Json) => string | undefined;

type Node = {
  readonly next: Map<number, Node>;
  /** Where to go on when no further letter fits: the longest end of what was read that begins a word. */
  fail: Node | undefined;
  /** The words that end here. */
  words: readonly Word[];
};

type Word = {
  readonly word: string;
  readonly length: number;
  readonly startsAlone: boolean;
  readonly endsAlone: boolean;
};

/**
 * Compiles a list once; a request is then read once, however many words there are (Aho and Corasick, 1975). Case and width of
 * letters do not matter. Fields that hold pictures, sound or sealed reasoning are no texts.
 */
export function compileBlockedWords(list: readonly string[]): FindBlockedWord {
  const root = newNode();
  for (const word of list) add(root, word);
  link(root);
  // Most letters begin no word: one look into a table is all that they cost.
  const begins = new Uint8Array(65_536);
  for (const code of root.next.keys()) begins[code] = 1;
  const inText = (text: string): string | undefined => firstIn(folded(text), root, begins);
  const inJson = (json: Json, name: string, holder: JsonObject, isOwn: boolean): string | undefined => {
    if (typeof json === 'string') return isOpaque(json, name, holder, isOwn) ? undefined : inText(json);
    if (isList(json)) return firstOf(json, (item) => inJson(item, name, holder, isOwn));
    if (isObject(json))
      return firstOf(Object.entries(json), ([key, value]) => inJson(value, key, json, isOwn || holdsOwn(key, json)));
    return undefined;
  };
  return (json) => inJson(json, '', {}, false);
}

/** Whether nobody reads a string. In the sender's own JSON, such as what a tool was called with, a field's name says nothing. */
const isOpaque = (text: string, name: string, holder: JsonObject, isOwn: boolean): boolean =>
  isDataUrl(text) || (!isOwn && (opaqueFields.has(name) || isMedia(name, holder)));

/** A picture, sound or document within a URL, which has neither spaces nor letters beyond ASCII. */
const isDataUrl = (text: string): boolean => dataUrl.test(text) && !beyondUrls.test(text);
const dataUrl = /^data:[\w.+-]+\/[\w.+-]+[;,]/;
const beyondUrls = /[^\x21-\x7e]/;

/** Fields of the protocols whose strings nobody reads. */
const opaqueFields: ReadonlySet<string> = new Set([
  'b64_json',
  'file_data',
  'encrypted_content',
  'signature',
  'thoughtSignature',
  'thought_signature',
]);

/**
 * Whether a string is the sound of an event or part (`type` says so), or bytes beside their type: `source` of Messages (a document
 * there may also be plain text), `inlineData` of Gemini, `input_audio` of Chat Completions, reasoning that is sealed.
 */
function isMedia(name: string, holder: JsonObject): boolean {
  if (name !== 'audio' && name !== 'data') return false;
  const type = textAt(holder, 'type') ?? '';
  if (name === 'audio') return /audio/.test(type);
  if (type === 'text') return false;
  return sealedTypes.test(type) || mediaTypes.some((key) => textAt(holder, key) !== undefined);
}

const sealedTypes = /^(?:base64|redacted_thinking|reasoning\.encrypted)$/;
const mediaTypes = ['media_type', 'mime_type', 'mimeType', 'format'] as const;

/** Whether what stands under a key is JSON of the sender's own making: what tools are called with and answer, and schemas. */
const holdsOwn = (key: string, holder: JsonObject): boolean =>
  ownFields.has(key) || (key === 'input' && (textAt(holder, 'type') ?? '').endsWith('tool_use'));

const ownFields: ReadonlySet<string> = new Set([
  'args',
  'arguments',
  'response',
  'parameters',
  'parametersJsonSchema',
  'parameters_json_schema',
  'input_schema',
  'schema',
  'responseSchema',
  'response_schema',
  'responseJsonSchema',
  'response_json_schema',
]);

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const newNode = (): Node => ({ next: new Map(), fail: undefined, words: [] });

function add(root: Node, word: string): void {
  const text = folded(word);
  let node = root;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    let next = node.next.get(code);
    if (!next) node.next.set(code, (next = newNode()));
    node = next;
  }
  const [startsAlone, endsAlone] = [joins(text, 0), joins(text, text.length - 1)];
  if (node !== root) node.words = [...node.words, { word, length: text.length, startsAlone, endsAlone }];
}

/** Breadth first, so that a node's shorter ends are linked before it. */
function link(root: Node): void {
  const queue: Node[] = [...root.next.values()];
  for (const node of queue) node.fail = root;
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] as Node;
    for (const [code, next] of node.next) {
      let fail = node.fail;
      while (fail && !fail.next.has(code)) fail = fail.fail;
      next.fail = fail?.next.get(code) ?? root;
      next.words = [...next.words, ...next.fail.words];
      queue.push(next);
    }
  }
}

function firstIn(text: string, root: Node, begins: Uint8Array): string | undefined {
  let node = root;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (node === root && begins[code] === 0) continue;
    let next = node.next.get(code);
    while (next === undefined && node.fail) {
      node = node.fail;
      next = node.next.get(code);
    }
    node = next ?? root;
    for (const { word, length, startsAlone, endsAlone } of node.words) {
      const start = at - length;
      const alone = !(startsAlone && start >= 0 && joins(text, start)) && !(endsAlone && joins(text, at + 1));
      if (alone) return word;
    }
  }
  return undefined;
}

const letter = /[\p{L}\p{N}_]/u;
const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Mymr}]/u;

/** Whether a word goes on over what stands there: letters of scripts that part their words by spaces. */
function joins(text: string, at: number): boolean {
  const character = text.charAt(at);
  return letter.test(character) && !unspaced.test(character);
}
