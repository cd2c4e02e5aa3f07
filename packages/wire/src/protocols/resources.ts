import { at, isList, isObject, textAt } from '../json/fields.ts';
import type { Json, JsonObject, NamedResource, References } from '../protocol.ts';

/**
 * Things that an account keeps at its vendor (files, vector stores, containers, caches, stored prompts) and that requests
 * name. On an account that several people share, whoever names one may be reading what another put there; so what a
 * request names is noted here, for the gateway to ask whose it is. Only names that a vendor would resolve are noted: what an
 * answer cites, or a function's arguments say, is text.
 */

/** Notes what is named at a place. */
export type Note = (id: string, param: string, strange?: boolean) => void;

/** Keys in tools and configurations, in small letters and without underscores. */
const toolKeys: ReadonlySet<string> = new Set([
  'container',
  'containerid',
  'fileid',
  'fileids',
  'knowledgeid',
  'knowledgeids',
  'skillid',
  'vectorstoreid',
  'vectorstoreids',
]);

/** What says how functions are called, in which any key may stand. */
const schemaKeys: ReadonlySet<string> = new Set([
  'parameters',
  'parametersjsonschema',
  'inputschema',
  'outputschema',
  'responsejsonschema',
  'schema',
  'functiondeclarations',
]);

const fold = (key: string): string => key.replaceAll('_', '').toLowerCase();

/** Collects what a reader notes; the very same empty list where that is nothing. */
export function collectResources(read: (note: Note) => void): readonly NamedResource[] {
  let found: NamedResource[] | undefined;
  read((id, param, strange) => (found ??= []).push(strange === true ? { id, param, strange } : { id, param }));
  return found ?? none;
}

const none: readonly NamedResource[] = [];

/** What a request leans on that names nothing else; undefined when it names nothing at all. */
export const referencesTo = (resources: readonly NamedResource[]): References | undefined =>
  resources.length === 0 ? undefined : { response: undefined, items: [], hollow: [], resources };

/** What hosted tools name, however deep; `more` are keys of the protocol's own. Functions name nothing. */
export function noteTools(json: Json | undefined, param: string, note: Note, more?: ReadonlySet<string>): void {
  if (isList(json)) {
    for (const [index, one] of json.entries()) noteTools(one, `${param}[${index}]`, note, more);
    return;
  }
  if (!isObject(json) || textAt(json, 'type') === 'function') return;
  for (const key of Object.keys(json)) {
    const value = json[key];
    const folded = fold(key);
    if (value === undefined || value === null || schemaKeys.has(folded)) continue;
    const path = `${param}.${key}`;
    if (toolKeys.has(folded) || more?.has(folded) === true) noteNames(value, path, note);
    if (typeof value === 'object') noteTools(value, path, note, more);
  }
}

/** A name, or several. */
export function noteNames(value: Json | undefined, param: string, note: Note): void {
  if (typeof value === 'string') note(value, param);
  else if (isList(value)) for (const one of value) if (typeof one === 'string') note(one, param);
}

/** Keys at the outside of a body, of any vendor that speaks a protocol; a thing is named, or is an object with its `id`. */
const outerKeys = ['container', 'file_id', 'file_ids', 'vector_store_ids', 'cached_content', 'cachedContent'] as const;

/** What stands at the outside of a body. */
export function noteOuter(json: JsonObject, note: Note, more: readonly string[] = []): void {
  for (const key of [...outerKeys, ...more]) {
    const value = at(json, key);
    if (value === undefined || value === null) continue;
    if (isObject(value)) noteNames(at(value, 'id'), `${key}.id`, note);
    else noteNames(value, key, note);
  }
}

/** Schemes, hosts and paths under which accounts keep files; who asks by them asks with the account's rights. */
const accountAddress =
  /^(?:gs:|s3:|oss:|fileid:|ms:|mm_file:|asset:|\/*files\/|https?:[\\/]*[^\\/?#]{0,200}\bgoogleapis\.com)/i;
/** Of these, what anybody may read who knows its address. */
const publicAddress = /^https?:\/\/storage\.googleapis\.com\//i;

/** A file of Gemini's, which is named by its address or by the end of that. https://ai.google.dev/api/files */
const fileAddress = /^(?:https:\/\/generativelanguage\.googleapis\.com\/v\w+|)\/*(files\/[\w-]+)$/i;

/** What has a scheme; base64, which some vendors take bare, has none. */
const addressed = /^[a-z][a-z0-9+._-]{0,40}:/i;
const everybodys = /^(?:https?|data):/i;

/** An address of a medium that only the account can open, or that nobody should. */
export function noteAddress(value: Json | undefined, param: string, note: Note): void {
  const address = isObject(value) ? at(value, 'url') : value;
  // Media are mostly inline, and long.
  if (typeof address !== 'string' || address.startsWith('data:')) return;
  const head = address.slice(0, 400).trim();
  if (accountAddress.test(head)) {
    if (!publicAddress.test(head)) note(fileAddress.exec(head)?.[1] ?? address, param);
  } else if (addressed.test(head) && !everybodys.test(head)) note(address, param, true);
}

/** Keys of content parts under which media stand by their address. */
const addressKeys = ['image_url', 'input_audio', 'audio_url', 'video_url', 'file_url', 'document_url'] as const;

/** What a content part of OpenAI's protocols names, unless it is of an answer's own. */
export function notePart(part: Json, param: string, note: Note): void {
  if (!isObject(part)) return;
  const type = textAt(part, 'type') ?? '';
  if (type === 'text' || type === 'input_text' || type === 'output_text') return;
  noteNames(at(part, 'file_id'), `${param}.file_id`, note);
  const file = at(part, 'file');
  if (isObject(file)) noteNames(at(file, 'file_id'), `${param}.file.file_id`, note);
  for (const key of addressKeys) {
    const value = at(part, key);
    if (value === undefined) continue;
    if (isObject(value)) noteNames(at(value, 'file_id'), `${param}.${key}.file_id`, note);
    noteAddress(value, `${param}.${key}`, note);
  }
}

/** The parts of a list; a text has none. */
export function noteParts(content: Json | undefined, param: string, note: Note): void {
  if (isList(content)) for (const [index, part] of content.entries()) notePart(part, `${param}[${index}]`, note);
}
