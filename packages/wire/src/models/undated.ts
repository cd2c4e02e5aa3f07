/** A date, a build or `latest` at the end of a name, in the forms in which vendors write them. A year alone, or four digits, may be another model. */
const edition = /(?:[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|latest|default)|(?:-preview)?-\d{2}-20\d{2}|-00\d)$/;

/** The version that one host writes behind the maker's name, such as `-v1:0`. */
const hostsVersion = /-v\d{1,2}(?::\d{1,2})?$/;

/** Where a host runs a model, before its name. */
const region = /^(?:us|eu|apac|global|jp|au|ca|sa|us-gov)\.(?=[a-z]+\.)/;

/**
 * Other names by which what a name stands for may be known, the nearest first: without the region in which a host runs it, and
 * without its date or build (`gpt-5-2025-08-07` is `gpt-5`). Whose model it is stays, for hosts charge differently; and a
 * fine-tuned model is its own.
 */
export function undatedNames(name: string): readonly string[] {
  if (name.startsWith('ft:')) return [];
  const names: string[] = [];
  const add = (from: string, pattern: RegExp): string => {
    const shorter = from.replace(pattern, '');
    if (shorter !== from && shorter !== '') names.push(shorter);
    return shorter === '' ? from : shorter;
  };
  const bare = add(add(name, region), edition);
  if (names.length > 0 || hostsVersion.test(bare)) add(bare.replace(hostsVersion, ''), edition);
  return names;
}
