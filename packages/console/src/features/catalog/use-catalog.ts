import { useOperation } from '../../lib/operations.ts';
import { useSession } from '../../lib/session.ts';

const refreshMs = 60_000;

/** The models as the reader may see them: with their own prices, or as a visitor with those of new accounts. */
export function useCatalog() {
  const session = useSession().data;
  const isMember = session !== null && session !== undefined;
  const mine = useOperation('catalog.read', {}, { enabled: isMember, refreshMs });
  const open = useOperation('site.catalog', {}, { enabled: session === null, refreshMs });
  return isMember ? mine : open;
}
