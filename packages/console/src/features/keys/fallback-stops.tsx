import { X } from 'lucide-react';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Select } from '../../components/ui/select.tsx';
import { SortableList } from '../../components/ui/sortable-list.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { channelOfStop, moved, stopOfChannel } from './stops.ts';
import { useKeyWords } from './words.ts';

/** As many as the gateway takes. */
const most = 10;

type FallbackStopsProps = {
  readonly stops: readonly string[];
  readonly onChange: (stops: readonly string[]) => void;
};

/** Groups and channels that a key's requests go on to, in an order that is changed here; only administrators say them. */
export function FallbackStops({ stops, onChange }: FallbackStopsProps) {
  const t = useKeyWords();
  const rights = useRights();
  const groups = useOperation('groups.list', {}, { enabled: rights.may('groups:read'), freshMs: 60_000 });
  const channels = useOperation('channels.list', {}, { enabled: rights.may('channels:read'), freshMs: 60_000 });
  const known = new Map([
    ...(groups.data?.data ?? []).map(({ name }) => [name, { label: name, detail: t('stops.group') }] as const),
    ...(channels.data?.data ?? []).map(
      ({ id, name }) => [stopOfChannel(id), { label: name, detail: t('stops.channel') }] as const,
    ),
  ]);
  const left = [...known].filter(([stop]) => !stops.includes(stop));
  const nameOf = (stop: string): string => known.get(stop)?.label ?? channelOfStop(stop) ?? stop;
  return (
    <div className="grid gap-2">
      {left.length > 0 && stops.length < most && (
        <Select
          label={t('stops.label')}
          help={t('stops.help')}
          placeholder={t('stops.add')}
          value={null}
          choices={left.map(([value, words]) => ({ value, ...words }))}
          onChange={(stop) => onChange([...stops, stop])}
        />
      )}
      {stops.length > 0 && (
        <SortableList
          label={t('stops.label')}
          items={stops}
          idOf={(stop) => stop}
          nameOf={nameOf}
          onMove={(stop, to) => onChange(moved(stops, stop, to))}
        >
          {(stop) => (
            <div className="flex items-center gap-2">
              <span className="min-w-0 grow truncate">
                {nameOf(stop)} <span className="text-muted">{known.get(stop)?.detail}</span>
              </span>
              <IconButton
                size="small"
                icon={X}
                label={t('stops.remove', { name: nameOf(stop) })}
                onPress={() => onChange(stops.filter((one) => one !== stop))}
              />
            </div>
          )}
        </SortableList>
      )}
    </div>
  );
}
