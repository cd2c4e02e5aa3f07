import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { useSearchState } from '../../lib/search-state.ts';
import { useMe } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { GatewayHome } from './gateway-home.tsx';
import { MyHome } from './my-home.tsx';
import { runsGateway } from './reads.ts';
import { useHomeWords } from './words.ts';

export { beginHome as begin } from './reads.ts';

const searchSchema = z.object({ of: z.literal('me').optional() });

/** Is all well, and what does it cost? Of the gateway for those who run it, of oneself for everybody. */
export default function HomePage() {
  const t = useHomeWords();
  const me = useMe();
  const [{ of }, change] = useSearchState(searchSchema);
  const runs = runsGateway(me);
  return (
    <>
      <PageHeader
        title={t('hello', { name: me.user.name })}
        actions={
          runs && (
            <Segmented
              label={t('scope.label')}
              value={of ?? 'gateway'}
              onChange={(next) => change({ of: next === 'me' ? 'me' : undefined })}
              segments={[
                { value: 'gateway', label: t('scope.gateway') },
                { value: 'me', label: t('scope.mine') },
              ]}
            />
          )
        }
      />
      {runs && of === undefined ? <GatewayHome /> : <MyHome />}
    </>
  );
}
