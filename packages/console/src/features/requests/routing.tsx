import { useMemo } from 'react';
import { Badge, Status } from '../../components/ui/badge.tsx';
import { count, duration } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { channelName, type Channels, type RequestView } from './request-view.ts';
import { asideReasonOf, causeOf, useRequestWords } from './words.ts';

type RoutingProps = { readonly request: RequestView; readonly channels: Channels };
type Target = { readonly channelId: string; readonly credential: number | null };

const same = (one: Target, other: Target): boolean =>
  one.channelId === other.channelId && one.credential === other.credential;

/** Who might have served it, in the order in which they were to be asked, what came of it; and who was set aside, and why. */
export function Routing({ request: { routing, attempts }, channels }: RoutingProps) {
  const t = useRequestWords();
  const standing = useStanding(channels !== undefined);
  const order: readonly Target[] = routing?.order ?? attempts;
  if (order.length === 0 && routing === null) return null;
  return (
    <table className="w-full text-small">
      <caption className="mb-2 text-start font-semibold">{t('routing.title')}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{t('routing.place')}</th>
          <th scope="col">{t('column.channel')}</th>
          <th scope="col">{t('routing.outcome')}</th>
        </tr>
      </thead>
      <tbody>
        {order.map((target, index) => (
          // An order is a finished list: the place of a target is its identity.
          <tr key={index} className="border-t border-line *:py-1">
            <td className="w-6 text-muted">{index + 1}</td>
            <td className="min-w-0 wrap-anywhere">
              <TargetName target={target} channels={channels} />
              <span className="block text-xs text-muted">{standing(target.channelId)}</span>
            </td>
            <td className="ps-3 text-end">
              <Outcome attempt={attempts.find((attempt) => same(attempt, target))} anyAsked={attempts.length > 0} />
            </td>
          </tr>
        ))}
        {(routing?.aside ?? []).map((one, index) => (
          <tr key={`aside ${index}`} className="border-t border-line *:py-1">
            <td className="w-6 text-muted">–</td>
            <td className="min-w-0 wrap-anywhere text-muted">
              <TargetName target={one} channels={channels} />
            </td>
            <td className="ps-3 text-end">
              <Status tone="off">
                {asideReasonOf(one.reason, t)}
                {one.forMs !== null && ` ${t('routing.forMs', { time: duration(one.forMs) })}`}
              </Status>
            </td>
          </tr>
        ))}
      </tbody>
      {order.length > 1 && (
        <tfoot>
          <tr className="border-t border-line">
            <td colSpan={3} className="pt-1.5 text-xs text-muted">
              {t('routing.how')}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

/** Why a channel stands where it does: its priority and weight, as they are now. */
function useStanding(allowed: boolean): (channelId: string) => string | undefined {
  const t = useRequestWords();
  const { data } = useOperation('channels.list', {}, { enabled: allowed, freshMs: 30_000 });
  const known = useMemo(() => new Map(data?.data.map((channel) => [channel.id, channel])), [data]);
  return (channelId) => {
    const channel = known.get(channelId);
    return channel && t('routing.standing', { priority: count(channel.priority), weight: count(channel.weight) });
  };
}

function TargetName({
  target: { channelId, credential },
  channels,
}: {
  readonly target: Target;
  readonly channels: Channels;
}) {
  return (
    <>
      {channelName(channels, channelId)} {credential !== null && <span className="text-muted">{`#${credential}`}</span>}
    </>
  );
}

type OutcomeProps = {
  readonly attempt: RequestView['attempts'][number] | undefined;
  /** Whether anybody was asked: a request may be refused before that. */
  readonly anyAsked: boolean;
};

function Outcome({ attempt, anyAsked }: OutcomeProps) {
  const t = useRequestWords();
  if (attempt === undefined)
    return <span className="text-muted">{t(anyAsked ? 'routing.notAsked' : 'routing.notReached')}</span>;
  if (attempt.cause === 'ok') return <Badge tone="good">{t('routing.served')}</Badge>;
  return (
    <Status tone={attempt.cause === 'client_gone' ? 'warn' : 'danger'}>
      {causeOf(attempt.cause, t)}
      {attempt.status > 0 && ` · ${attempt.status}`}
    </Status>
  );
}
