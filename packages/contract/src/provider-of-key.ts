/** A provider as far as its keys can be told. */
type Keyed = {
  readonly id: string;
  readonly keyPrefixes: readonly string[];
  readonly keyPatterns: readonly string[];
};

/**
 * The provider whose keys look like this one: what tells most of the key wins, a whole pattern before the longest beginning.
 * Undefined where none or several do.
 */
export function providerOfKey<P extends Keyed>(key: string, providers: readonly P[]): P | undefined {
  const found = providers.flatMap((provider) => [
    ...provider.keyPrefixes
      .filter((prefix) => key.startsWith(prefix))
      .map((prefix) => ({ provider, told: prefix.length })),
    ...provider.keyPatterns
      .filter((pattern) => new RegExp(pattern).test(key))
      .map(() => ({ provider, told: key.length })),
  ]);
  const most = Math.max(0, ...found.map(({ told }) => told));
  const best = [...new Set(found.filter(({ told }) => told === most).map(({ provider }) => provider))];
  return best.length === 1 ? best[0] : undefined;
}
