import { Ban, CircleCheck, FlaskConical, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Badge, Status, type StatusTone } from '../../components/ui/badge.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useRights } from '../../lib/session.ts';
import { useOwnKeyWords } from './words.ts';

export type OwnKey = Answer<'providerKeys.list'>['data'][number];

type LineProps = {
  readonly own: OwnKey;
  /** Whether it is shown to who administers: then it is somebody else’s. */
  readonly others: boolean;
  readonly provider: string;
  readonly onEdit: () => void;
  readonly onChanged: () => void;
};

const toneOf = ({
  enabled,
  stopped,
  disabled,
}: OwnKey): readonly [StatusTone, 'stopped' | 'refused' | 'off' | 'inUse'] =>
  stopped !== null
    ? ['danger', 'stopped']
    : disabled !== null
      ? ['danger', 'refused']
      : enabled
        ? ['good', 'inUse']
        : ['off', 'off'];

/** One key: where it goes, for which models, when, and whether it works. */
export function OwnKeyLine({ own, others, provider, onEdit, onChanged }: LineProps) {
  const t = useOwnKeyWords();
  const [tone, state] = toneOf(own);
  const why = own.stopped?.reason ?? own.disabled?.reason ?? '';
  const hints = Object.values(own.hints).join(' · ');
  return (
    <li className="grid gap-1.5 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 grow font-medium">
          {own.name} <Badge>{provider}</Badge> <Badge>{t(`placement.${own.placement}`)}</Badge>
        </p>
        <Status tone={tone}>{t(`state.${state}`)}</Status>
        {others ? <Stop own={own} onChanged={onChanged} /> : <Deeds own={own} onEdit={onEdit} onChanged={onChanged} />}
      </div>
      <p className="flex flex-wrap gap-x-3 text-small text-muted">
        {others && <span>{own.owner.name}</span>}
        <span className="font-mono">{hints}</span>
        <span className="min-w-0 overflow-hidden text-ellipsis">{own.models.map(({ name }) => name).join(', ')}</span>
      </p>
      {why !== '' && <p className="text-small text-danger">{why}</p>}
    </li>
  );
}

type DeedProps = { readonly own: OwnKey; readonly onChanged: () => void };

/** What its owner does with it. */
function Deeds({ own, onEdit, onChanged }: DeedProps & { readonly onEdit: () => void }) {
  const t = useOwnKeyWords();
  const mayWrite = useRights().may('providerKeys:write');
  const [removing, setRemoving] = useState(false);
  const [testing, setTesting] = useState(false);
  if (!mayWrite) return null;
  const params = { id: own.id };
  const isOn = own.enabled && own.disabled === null;
  const tell = (thrown: unknown): void =>
    void showToast({ title: t('notChanged'), detail: errorOf(thrown).message, tone: 'danger' });
  const test = async (): Promise<void> => {
    setTesting(true);
    try {
      const { ok, message, durationMs } = await api.call('providerKeys.test', { params, body: {} });
      if (ok) showToast({ title: t('works', { ms: durationMs }) });
      else showToast({ title: t('fails'), detail: message, tone: 'danger' });
    } catch (thrown) {
      tell(thrown);
    } finally {
      setTesting(false);
    }
  };
  const turn = (enabled: boolean): void =>
    void api.call('providerKeys.update', { params, body: { enabled } }).then(onChanged, tell);
  return (
    <span className="flex items-center gap-1">
      <Switch label={t('use', { name: own.name })} hideLabel value={isOn} onChange={turn} />
      <IconButton icon={FlaskConical} label={t('test')} isDisabled={testing} onPress={() => void test()} />
      <IconButton icon={Pencil} label={t('change')} onPress={onEdit} />
      <IconButton icon={Trash2} label={t('remove')} onPress={() => setRemoving(true)} />
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('removeTitle', { name: own.name })}
        action={t('remove')}
        onConfirm={async () => {
          await api.call('providerKeys.delete', { params });
          onChanged();
        }}
      >
        {t('removeWhat')}
      </ConfirmDialog>
    </span>
  );
}

/** What an administrator does with somebody else’s. */
function Stop({ own, onChanged }: DeedProps) {
  const t = useOwnKeyWords();
  const [asking, setAsking] = useState(false);
  if (!useRights().may('channels:write')) return null;
  const stopped = own.stopped === null;
  return (
    <>
      <IconButton
        icon={stopped ? Ban : CircleCheck}
        label={t(stopped ? 'stop' : 'letGoOn')}
        onPress={() => setAsking(true)}
      />
      <ConfirmDialog
        open={asking}
        danger={stopped}
        onClose={() => setAsking(false)}
        title={own.name}
        action={t(stopped ? 'stop' : 'letGoOn')}
        onConfirm={async () => {
          await api.call('providerKeys.stop', { params: { id: own.id }, body: { stopped } });
          onChanged();
        }}
      >
        {t(stopped ? 'stopWhat' : 'letGoOnWhat')}
      </ConfirmDialog>
    </>
  );
}
