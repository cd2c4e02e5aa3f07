import type { SystemView } from '@tollgate/contract/api/system';
import { Badge, Status } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { count, fullMoment, relativeMoment } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useSystemWords } from './words.ts';

type Node = SystemView['nodes'][number];

const head = 'px-4 py-2 text-start text-small font-medium text-muted whitespace-nowrap';
const cell = 'px-4 py-2 whitespace-nowrap';

/** The processes that serve, and what each holds of everybody's money. */
export function Nodes({ nodes, now }: { readonly nodes: readonly Node[]; readonly now: number }) {
  const t = useSystemWords();
  return (
    <Card title={t('nodes.title')} description={t('nodes.what')} padded={false}>
      <div role="group" aria-label={t('nodes.title')} tabIndex={0} className="relative overflow-x-auto">
        <table className="w-full">
          <thead className="border-b border-line">
            <tr>
              <th className={head}>{t('nodes.state')}</th>
              <th className={head}>{t('nodes.node')}</th>
              <th className={head}>{t('nodes.version')}</th>
              <th className={head}>{t('nodes.started')}</th>
              <th className={head}>{t('nodes.seen')}</th>
              <th className={`${head} text-end`}>{t('nodes.leases')}</th>
              <th className={`${head} text-end`}>{t('nodes.leased')}</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => (
              <tr key={node.id} className="border-b border-line last:border-0">
                <td className={cell}>
                  <Status tone={node.alive ? 'good' : 'off'}>{t(node.alive ? 'nodes.alive' : 'nodes.silent')}</Status>
                </td>
                <td className={`${cell} flex items-center`}>
                  <code className="max-w-28 truncate font-mono text-small sm:max-w-72" title={node.id}>
                    {node.id}
                  </code>
                  {node.current && (
                    <span className="ps-2">
                      <Badge tone="accent">{t('nodes.current')}</Badge>
                    </span>
                  )}
                </td>
                <td className={cell}>{node.version ?? '–'}</td>
                <Moment at={node.startedAt} now={now} />
                <Moment at={node.seenAt} now={now} />
                <td className={`${cell} text-end`}>{count(node.leases)}</td>
                <td className={`${cell} text-end`}>{usdRounded(BigInt(node.leasedNanos))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

const Moment = ({ at, now }: { readonly at: number; readonly now: number }) => (
  <td className={`${cell} text-muted`} title={fullMoment(at)}>
    {relativeMoment(at, now)}
  </td>
);
