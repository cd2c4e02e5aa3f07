/** A header's value with its parameters: `form-data; name="model"`. Text of one character a byte, as it came. */
export type Parameterized = { readonly value: string; readonly parameters: ReadonlyMap<string, string> };

const first = /^[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z/]+)[ \t]*/;
// Of a quotation mark behind a backslash some say that it ends the value, and some that it belongs to it.
const parameter = /;[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\(?!"))*)"|([^";\t ]+))[ \t]*)?/y;

/**
 * Reads value and parameters, both names in lower case; undefined when two readers might understand them differently: what
 * is malformed, a parameter that stands twice, a quotation mark that may or may not be escaped.
 */
export function readParameters(text: string): Parameterized | undefined {
  const value = first.exec(text);
  if (!value) return undefined;
  const parameters = new Map<string, string>();
  let at = value[0].length;
  while (at < text.length) {
    parameter.lastIndex = at;
    const found = parameter.exec(text);
    if (!found) return undefined;
    at = parameter.lastIndex;
    const name = found[1]?.toLowerCase();
    // A semicolon at the end is no parameter.
    if (name === undefined) continue;
    if (parameters.has(name)) return undefined;
    parameters.set(name, found[2] ?? found[3] ?? '');
  }
  return { value: (value[1] ?? '').toLowerCase(), parameters };
}
