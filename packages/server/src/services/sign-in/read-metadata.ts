import type { MetadataInput } from '@tollgate/contract/api/sign-in';
import { Refusal } from '../../domain/refusal.ts';
import type { SignInDeps } from './sign-in-deps.ts';

const maxCharacters = 1 << 20;

/** Settings for a method, from the metadata of its provider: the text, or where it is to be had. Nothing is kept. */
export async function readMetadata(
  { providers, fetch }: Pick<SignInDeps, 'providers' | 'fetch'>,
  { provider, source }: MetadataInput,
): Promise<Readonly<Record<string, string>>> {
  const read = providers.get(provider)?.readMetadata;
  if (read === undefined) throw new Refusal('invalid_request', `"${provider}" has no metadata.`, { param: 'provider' });
  return await read(/^https?:\/\//.test(source.trim()) ? await fetched(fetch, source.trim()) : source);
}

async function fetched(fetch: SignInDeps['fetch'], url: string): Promise<string> {
  if (!URL.canParse(url)) throw unread('it is no address');
  let text: string;
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' },
    });
    if (response.status !== 200) throw unread(`it answered ${response.status}`);
    text = await response.text();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw unread(error instanceof Error ? error.message : 'it does not answer');
  }
  if (text.length > maxCharacters) throw unread('it is too long');
  return text;
}

const unread = (why: string): Refusal =>
  new Refusal('invalid_request', `The address could not be read: ${why}.`, { param: 'source' });
