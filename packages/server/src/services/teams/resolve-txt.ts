import { Resolver } from 'node:dns/promises';
import { z } from 'zod';

const codeSchema = z.looseObject({ code: z.string() });

/** What the DNS says where there is no such name, and where the name has no such record. */
const nothing = /^(?:DNS_)?(?:ENOTFOUND|ENODATA)$/;

/**
 * What the DNS says of a name in TXT records, each put together of its parts; nothing where it says that there are none, and
 * throws where it does not answer.
 */
export async function resolveTxt(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 5000, tries: 2 });
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
  } catch (error) {
    if (nothing.test(codeSchema.safeParse(error).data?.code ?? '')) return [];
    throw error;
  }
}
