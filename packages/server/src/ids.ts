/** Makes ids that sort by time, so that rows land at the end of their table's index. */
export type IdSource = () => string;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

const encode = (value: number, length: number): string => {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i++) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

/**
 * Ids of the form `<time><process><count>` in Crockford's base 32: 10 characters of ms since the epoch, 7 that are random
 * for each process, 4 that count. Unique over processes, ascending within one; not secret. Callers put the kind before
 * it: `req_…`, `key_…`.
 */
export function createIdSource(now: () => number, randomBytes: (size: number) => Uint8Array): IdSource {
  const process = Array.from(randomBytes(7), (byte) => alphabet.charAt(byte % 32)).join('');
  let lastMs = 0;
  let time = '';
  let count = 0;
  return () => {
    const at = Math.max(now(), lastMs);
    // A full counter borrows from the next millisecond rather than wrapping behind ids already given.
    const ms = at === lastMs && count >= 32 ** 4 - 1 ? at + 1 : at;
    if (ms !== lastMs) {
      lastMs = ms;
      time = encode(ms, 10);
      count = 0;
    }
    return `${time}${process}${encode(count++, 4)}`;
  };
}
