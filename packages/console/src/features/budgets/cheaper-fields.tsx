import { NumberField } from '../../components/ui/number-field.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { useBudgetWords } from './words.ts';

/** As it is edited; `atPercent` is null while the field is empty. */
export type CheaperDraft = { readonly wanted: boolean; readonly model: string; readonly atPercent: number | null };

export const cheaperDraftOf = (
  cheaper: { readonly model: string; readonly atPercent: number } | null,
): CheaperDraft => ({ wanted: cheaper !== null, model: cheaper?.model ?? '', atPercent: cheaper?.atPercent ?? 80 });

/** What is sent of it. */
export const cheaperOf = ({ wanted, model, atPercent }: CheaperDraft) =>
  wanted ? { model: model.trim(), atPercent: atPercent ?? 80 } : null;

/** Whether it can be sent. */
export const isCheaperReady = ({ wanted, model, atPercent }: CheaperDraft): boolean =>
  !wanted || (model.trim() !== '' && atPercent !== null);

type CheaperFieldsProps = { readonly draft: CheaperDraft; readonly onChange: (draft: CheaperDraft) => void };

/** A cheaper model that answers before the budget is spent. */
export function CheaperFields({ draft, onChange }: CheaperFieldsProps) {
  const t = useBudgetWords();
  return (
    <>
      <Switch label={t('field.cheaper')} value={draft.wanted} onChange={(wanted) => onChange({ ...draft, wanted })} />
      {draft.wanted && (
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t('field.cheaperModel')}
            value={draft.model}
            onChange={(model) => onChange({ ...draft, model })}
            isRequired
          />
          <NumberField
            label={t('field.cheaperFrom')}
            unit="%"
            min={1}
            max={99}
            value={draft.atPercent}
            onChange={(atPercent) => onChange({ ...draft, atPercent })}
            required
          />
        </div>
      )}
    </>
  );
}
