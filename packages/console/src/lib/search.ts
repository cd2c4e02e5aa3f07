/**
 * Query strings as people write them: `?model=gpt-5&failed=true`. The router's own way would read numbers and JSON out of
 * texts, and a cursor of digits would come back as another one. A name that is there twice is a list.
 */
export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    // A name such as `constructor` is on every object.
    const before = Object.hasOwn(found, name) ? found[name] : undefined;
    found[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return found;
}

/** The opposite of {@link parseSearch}; what is undefined, null or an empty text is left out. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    for (const one of Array.isArray(value) ? value : [value]) {
      const text = textOf(one);
      if (text !== '') params.append(name, text);
    }
  return params.size === 0 ? '' : `?${params}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
