/** A text without this character at its end, however often it stands there. A pattern for it would look at every run of it twice. */
export function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}
