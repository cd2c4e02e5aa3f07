import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, ChevronUp, Maximize2 } from 'lucide-react';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { fullMoment } from '../../lib/format.ts';
import { useLetters } from '../../lib/keys.ts';
import { useOperation } from '../../lib/operations.ts';
import { Amount, Ending, Model } from './cells.tsx';
import { RequestDetails } from './request-details.tsx';
import type { Channels, RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

type PeekProps = {
  /** Undefined while nothing is looked at. */
  readonly id: string | undefined;
  /** The log that it is looked at from: where its neighbours are. */
  readonly rows: readonly RequestView[];
  readonly channels: Channels;
  readonly onShow: (request: RequestView | undefined) => void;
};

/** One request beside the log; the one before and the one after are a key away. */
export function Peek({ id, rows, channels, onShow }: PeekProps) {
  const t = useRequestWords();
  const navigate = useNavigate();
  const at = rows.findIndex((row) => row.id === id);
  const known = rows[at];
  // A link may lead to one that the log does not show.
  const read = useOperation(
    'requests.read',
    { params: { id: id ?? '' } },
    { enabled: id !== undefined && known === undefined },
  );
  const request = known ?? read.data;
  const [newer, older] = [rows[at - 1], at < 0 ? undefined : rows[at + 1]];
  const show = (one: RequestView | undefined) => (): void => {
    if (id !== undefined && one !== undefined) onShow(one);
  };
  const openPage = (): void => {
    if (id !== undefined) void navigate({ to: '/requests/$id', params: { id } });
  };
  useLetters({ '[': show(newer), ']': show(older), k: show(newer), j: show(older), o: openPage }, id !== undefined);
  return (
    <Drawer
      width="wide"
      open={id !== undefined}
      onClose={() => onShow(undefined)}
      title={request === undefined ? t('fact.request') : <Model request={request} />}
      description={
        request !== undefined && (
          <span className="flex flex-wrap items-center gap-x-3">
            <Ending request={request} />
            <Amount request={request} />
            {fullMoment(request.at)}
          </span>
        )
      }
      actions={
        <>
          <span className="me-auto flex gap-1">
            <IconButton icon={ChevronUp} label={t('newer')} isDisabled={newer === undefined} onPress={show(newer)} />
            <IconButton icon={ChevronDown} label={t('older')} isDisabled={older === undefined} onPress={show(older)} />
          </span>
          {id !== undefined && <CopyButton text={id} what={t('fact.id')} />}
          {id !== undefined && (
            <LinkButton to="/requests/$id" params={{ id }} icon={Maximize2}>
              {t('openPage')}
            </LinkButton>
          )}
        </>
      }
    >
      {request !== undefined ? (
        <RequestDetails request={request} channels={channels} />
      ) : read.error === null ? (
        <SkeletonRows rows={8} />
      ) : (
        <ErrorState title={t('unreadOne')} error={read.error} onRetry={() => void read.refetch()} />
      )}
    </Drawer>
  );
}
