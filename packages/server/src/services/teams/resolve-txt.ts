import { Resolver } from 'node:dns/promises';

/** What the DNS says of a name in TXT records, each put together of its parts; throws where it says nothing. */
export async function resolveTxt(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 5000, tries: 2 });
  return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
}
