import type { Target } from '../domain/rank-channels.ts';
import { Refusal } from '../domain/refusal.ts';
import type { ModelListing } from '../providers/account.ts';
import type { Channel } from '../domain/snapshot.ts';
import { askAccount, type InquiryDeps } from './ask-account.ts';

/** More than any vendor has pages; a list that goes round in a circle ends here. */
const maxPages = 50;

/** The upstream's names of the models that an account may use, each once. Throws a refusal when they cannot be listed. */
export async function listModels(deps: InquiryDeps, target: Target): Promise<readonly string[]> {
  const { listing, label } = target.channel.provider;
  if (!listing) throw new Refusal('operation_not_supported', `${label} does not list its models.`);
  const models = new Set<string>();
  for (let part: ModelListing | undefined = listing; part !== undefined; part = part.also)
    for (const model of await listPart(deps, target, part)) models.add(model);
  return [...models];
}

/** The names of one list, page by page. */
async function listPart(deps: InquiryDeps, target: Target, listing: ModelListing): Promise<readonly string[]> {
  const { label } = target.channel.provider;
  const { at } = listing;
  const models: string[] = [];
  let query: string | undefined = '';
  for (let page = 0; query !== undefined; page += 1) {
    if (page === maxPages) throw new Refusal('upstream_error', `${label} lists models without end.`);
    const path: string =
      query === '' ? listing.path : `${listing.path}${listing.path.includes('?') ? '&' : '?'}${query}`;
    const read = listing.read(await askAccount(deps, target, { path, at }));
    if (!read) throw new Refusal('upstream_error', `${label} did not answer with a list of models.`);
    models.push(...read.models);
    query = read.next;
  }
  return models;
}

/** How the models of a channel are listed for whoever watches them. */
export const watchList =
  (deps: InquiryDeps) =>
  async (channel: Channel): Promise<readonly string[]> =>
    await listModels(deps, firstAccount(channel));

/** The account by which a channel is asked for what all its accounts know: the first that is in use. */
export function firstAccount(channel: Channel): Target {
  const credential = channel.credentials.find(({ enabled }) => enabled) ?? channel.credentials[0];
  if (!credential) throw new Refusal('conflict', `The channel "${channel.name}" has no credential.`);
  return { channel, credential };
}
