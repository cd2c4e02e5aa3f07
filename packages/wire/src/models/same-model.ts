import { readModelSuffix } from './suffix.ts';

/** What resellers put behind a model's name for how they serve it. `llama3:70b` is another model than `llama3:8b`. */
const wayOfServing = /:(?:free|nitro|floor|beta|extended|thinking|online|exacto|latest|batch|\d+)$/;

/** What says when a model was made, or how finished it is: dates in all forms, builds, `latest`, `preview`. */
const edition =
  /-(?:\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{2}-\d{4}|\d{8}|\d{6}|\d{4}|\d{3}|0|v\d{1,3}|latest|preview|exp|experimental|beta|stable|default)$/;

/** A vendor, or a region and a vendor, as Bedrock writes them: `us.anthropic.claude-…`. */
const owner = /^(?:[a-z]{2,6}(?:-gov)?\.)?[a-z][a-z0-9]{1,20}\.(?=[a-z])/;

/**
 * A model's name, in small letters, without whose it is and where it is asked, when it was made, and how finished it is. Of a
 * fine-tuned model all of its name is its own.
 */
export function withoutEdition(name: string): string {
  let bare = name.toLowerCase();
  bare = bare.slice(bare.lastIndexOf('/') + 1);
  if (bare.startsWith('ft:')) return bare;
  bare = bare.replace(wayOfServing, '');
  const at = bare.indexOf('@');
  if (at > 0) bare = bare.slice(0, at);
  bare = bare.replace(owner, '');
  for (;;) {
    const shorter = bare.replace(edition, '');
    if (shorter === bare || shorter === '') return bare;
    bare = shorter;
  }
}

/** With hyphens for dots, which some vendors write and others do not. */
const bareName = (name: string): string => withoutEdition(name).replaceAll(/[._ :]/g, '-');

const withoutNumbers = (bare: string): string =>
  bare
    .replaceAll(/\d/g, '')
    .split('-')
    .filter((word) => word !== '')
    .join('-');

/**
 * Whether an answer by a model called `answered` is one by the model that was asked for as `asked`: an alias and the dated
 * name that it stands for, an aggregator's name and the vendor's own. A name without a version leaves that to its vendor.
 */
export function isSameModel(asked: string, answered: string): boolean {
  if (asked === answered) return true;
  const bare = bareName(readModelSuffix(asked)?.model ?? asked);
  const other = bareName(answered);
  return bare === other || (!/\d/.test(bare) && bare === withoutNumbers(other));
}
