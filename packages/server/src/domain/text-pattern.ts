/** Whether a text stands for others: a `*` in it stands for any text. */
export const isPattern = (text: string): boolean => text.includes('*');

/**
 * Whether a text reads like a pattern, in which `*` stands for any text, also for none; capitals make no difference. Takes
 * time by the product of both lengths at most, whatever the pattern.
 */
export function readsLike(text: string, pattern: string): boolean {
  const [of, like] = [text.toLowerCase(), pattern.toLowerCase()];
  let [at, place] = [0, 0];
  // Where the last star stands, and how much of the text it has taken so far.
  let [star, taken] = [-1, 0];
  while (at < of.length) {
    if (like[place] === '*') {
      star = place++;
      taken = at;
    } else if (like[place] === of[at]) {
      at++;
      place++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++taken;
    } else return false;
  }
  while (like[place] === '*') place++;
  return place === like.length;
}
