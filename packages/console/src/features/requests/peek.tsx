import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, ChevronUp, Maximize2 } from 'lucide-react';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { DockedPanel } from '../../components/ui/docked-panel.tsx';
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
  /** Beside the log, which goes on being used, rather than above it. */
  readonly docked: boolean;
  readonly onShow: (request: RequestView | undefined) => void;
  /** The focus was in a docked peek that was closed. */
  readonly onLeft: () => void;
};

/** One request beside the log; the one before and the one after are a key away. */
export function Peek({ id, rows, channels, docked, onShow, onLeft }: PeekProps) {
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
  useLetters(
    { '[': show(newer), ']': show(older), k: show(newer), j: show(older), o: openPage },
    // Beside the page, what lies above the page has the keys.
    id !== undefined && !docked,
  );
  const close = (): void => onShow(undefined);
  const title = request === undefined ? t('fact.request') : <Model request={request} />;
  const description = request !== undefined && (
    <span className="flex flex-wrap items-center gap-x-3">
      <Ending request={request} />
      <Amount request={request} />
      {fullMoment(request.at)}
    </span>
  );
  const actions = (
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
  );
  const content =
    request !== undefined ? (
      <RequestDetails request={request} channels={channels} />
    ) : read.error === null ? (
      <SkeletonRows rows={8} />
    ) : (
      <ErrorState title={t('unreadOne')} error={read.error} onRetry={() => void read.refetch()} />
    );
  if (docked && id !== undefined)
    return (
      <DockedPanel of={id} title={title} description={description} actions={actions} onClose={close} onLeft={onLeft}>
        {content}
      </DockedPanel>
    );
  return (
    <Drawer
      width="wide"
      open={!docked && id !== undefined}
      title={title}
      description={description}
      actions={actions}
      onClose={close}
    >
      {content}
    </Drawer>
  );
}
