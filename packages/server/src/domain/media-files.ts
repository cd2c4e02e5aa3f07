import { isList, isObject } from '@tollgate/wire/json/fields';
import type { VideoState } from '@tollgate/wire/ir/videos';
import type { Json } from '@tollgate/wire/protocol';

/** No vendor makes more files of one task; what is more is neither kept nor handed out. */
const mostFiles = 24;

/**
 * Where the files of a task lie. The first is what was asked for, undefined where it has to be asked for; then those that its vendor
 * names beside it (covers, further pieces of music), each once, in the order in which they stand there; at last its poster. The index of a file is its
 * name in addresses of the gateway's, so the order must not change for a task that is done.
 */
export function filesOf({ url, data, poster }: VideoState): readonly (string | undefined)[] {
  const others = new Set<string>();
  walk(data, (address) => {
    others.add(address);
    return address;
  });
  if (poster !== undefined && isAddress(poster)) others.add(poster);
  if (url !== undefined) others.delete(url);
  return [url, ...others].slice(0, mostFiles);
}

/** Which of the files is a picture of the first; undefined where there is none. */
export function posterIndexOf(state: VideoState): number | undefined {
  const index = state.poster === undefined ? -1 : filesOf(state).indexOf(state.poster, 1);
  return index < 0 ? undefined : index;
}

/** The state with the addresses of its files as `linkOf` has them; one that it has not stays. */
export function withLinks(state: VideoState, linkOf: (index: number) => string | undefined): VideoState {
  const links = new Map<string, string>();
  for (const [index, address] of filesOf(state).entries()) {
    const link = address === undefined ? undefined : linkOf(index);
    if (address !== undefined && link !== undefined) links.set(address, link);
  }
  if (links.size === 0) return state;
  const data = walk(state.data, (address) => links.get(address) ?? address);
  const linked = (address: string | undefined) => (address === undefined ? undefined : (links.get(address) ?? address));
  return { ...state, url: linked(state.url), poster: linked(state.poster), data };
}

/** A copy of JSON with each text that is an address and nothing else replaced. */
function walk(json: Json | undefined, replace: (address: string) => string): Json | undefined {
  if (typeof json === 'string') return isAddress(json) ? replace(json) : json;
  if (isList(json)) return json.map((one) => walk(one, replace) ?? null);
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, walk(value, replace) ?? null]));
}

const isAddress = (text: string): boolean =>
  /^https?:\/\/\S+$/i.test(text) && text.length <= 4000 && URL.canParse(text);
