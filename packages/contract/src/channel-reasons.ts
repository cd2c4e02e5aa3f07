/** Why the gateway takes a channel for less than enabled: the words it says, which a console knows again in any language. */

const reasons = {
  noAccount: 'it has no account yet',
  accountsDisabled: 'all of its keys are disabled',
  paused: 'its provider asked for a pause',
  failing: 'its last requests failed',
  keyRests: 'one of its keys rests',
  keysRest: '{count} of its keys rest',
  modelRests: '{model} rests',
  modelsRest: '{count} of its models rest',
  attemptsFailed: '{failures} of its last {all} attempts failed',
} as const;

export type ChannelReason = keyof typeof reasons;
type Values = Readonly<Record<string, string | number>>;

/** The English sentence of a reason, as the API says it. */
export const sayChannelReason = (reason: ChannelReason, values: Values = {}): string =>
  reasons[reason].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

const patterns = (Object.keys(reasons) as ChannelReason[]).map((reason) => ({
  reason,
  // None of the sentences has a character that means something in a pattern, but for the braces.
  pattern: new RegExp(
    `^${reasons[reason].replaceAll(/\{(count|failures|all)\}/g, '(?<$1>\\d+)').replaceAll(/\{(\w+)\}/g, '(?<$1>\\S+)')}$`,
  ),
}));

/** Which reason a sentence is, and with what; undefined for what a person or a provider said. */
export function readChannelReason(
  sentence: string,
): { readonly reason: ChannelReason; readonly values: Readonly<Record<string, string>> } | undefined {
  for (const { reason, pattern } of patterns) {
    const found = pattern.exec(sentence);
    if (found !== null) return { reason, values: { ...found.groups } };
  }
  return undefined;
}
