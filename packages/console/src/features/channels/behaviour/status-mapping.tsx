import { ArrowRight, Plus, X } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { useChannelWords } from '../words.ts';
import type { StatusRow } from './draft.ts';

type StatusMappingProps = {
  readonly rows: readonly StatusRow[];
  readonly writes: boolean;
  readonly onChange: (rows: readonly StatusRow[]) => void;
};

/** Statuses of the upstream's refusals, and what they are taken for. */
export function StatusMapping({ rows, writes, onChange }: StatusMappingProps) {
  const t = useChannelWords();
  const doubled = rows.some(({ from }, at) => from !== null && rows.findIndex((row) => row.from === from) !== at);
  return (
    <fieldset className="grid gap-2">
      <legend className="text-small font-medium">{t('behaviour.statuses')}</legend>
      <p className="text-small text-muted">{t('behaviour.statusesHelp')}</p>
      {rows.map((row, index) => (
        <div key={index} className="flex items-center gap-2">
          <div className="w-28">
            <NumberField
              label={t('behaviour.statusFrom', { number: index + 1 })}
              hideLabel
              min={300}
              max={599}
              placeholder="429"
              disabled={!writes}
              value={row.from}
              onChange={(from) => onChange(rows.with(index, { ...row, from }))}
            />
          </div>
          <ArrowRight aria-hidden className="size-4 shrink-0 text-muted rtl:-scale-x-100" />
          <div className="w-28">
            <NumberField
              label={t('behaviour.statusTo', { number: index + 1 })}
              hideLabel
              min={400}
              max={599}
              placeholder="503"
              disabled={!writes}
              value={row.to}
              onChange={(to) => onChange(rows.with(index, { ...row, to }))}
            />
          </div>
          <IconButton
            icon={X}
            label={t('behaviour.statusDrop', { number: index + 1 })}
            isDisabled={!writes}
            onPress={() => onChange(rows.toSpliced(index, 1))}
          />
        </div>
      ))}
      {doubled && <p className="text-small text-danger">{t('behaviour.statusTwice')}</p>}
      {writes && (
        <div>
          <Button size="small" icon={Plus} onPress={() => onChange([...rows, { from: null, to: null }])}>
            {t('behaviour.statusAdd')}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
