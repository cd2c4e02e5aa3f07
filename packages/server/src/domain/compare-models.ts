import { ignoredBy } from '@tollgate/contract/ignore-rule';

/** An upstream's list beside what a channel serves; names in the order of the list, and of the channel. */
export type ModelsCompared = {
  /** Listed, and not served. */
  readonly new: readonly string[];
  /** Listed and served. */
  readonly existing: readonly string[];
  /** Served, and not listed. */
  readonly gone: readonly { readonly name: string; readonly upstream: string }[];
  /** Listed, and left aside by a rule; what is served is never ignored. */
  readonly ignored: readonly string[];
};

/** Compares by upstream names; a rule that covers a served model keeps it from being called gone. */
export function compareModels(
  listed: readonly string[],
  served: readonly { readonly name: string; readonly upstream: string }[],
  rules: readonly string[],
): ModelsCompared {
  const isIgnored = ignoredBy(rules);
  const there = new Set(listed);
  const here = new Set(served.map(({ upstream }) => upstream));
  const unserved = [...there].filter((name) => !here.has(name));
  return {
    new: unserved.filter((name) => !isIgnored(name)),
    existing: [...there].filter((name) => here.has(name)),
    gone: served.filter(({ upstream }) => !there.has(upstream) && !isIgnored(upstream)),
    ignored: unserved.filter(isIgnored),
  };
}
