import type { Mistake } from '@tollgate/contract/api/overrides';
import { ChevronDown, ListTree, Plus } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { Menu, MenuItem } from '../../../components/ui/menu.tsx';
import { moved, newId, operationDraftOf, type OperationDraft } from './draft.ts';
import { mistakesAt } from './mistakes.tsx';
import { templateNames, templates } from './modes.ts';
import { OperationRow } from './operation-row.tsx';
import { useOverrideWords } from './words.ts';

type OperationsProps = {
  readonly operations: readonly OperationDraft[];
  readonly writes: boolean;
  readonly mistakes: readonly Mistake[];
  readonly onChange: (operations: readonly OperationDraft[]) => void;
};

/** The operations of the body, in the order in which they happen. */
export function Operations({ operations, writes, mistakes, onChange }: OperationsProps) {
  const t = useOverrideWords();
  return (
    <Card
      title={t('operations.title')}
      description={t('operations.what')}
      padded={false}
      actions={
        writes && (
          <>
            <Menu
              trigger={
                <Button size="small" icon={ChevronDown}>
                  {t('template.label')}
                </Button>
              }
            >
              {templateNames.map((name) => (
                <MenuItem
                  key={name}
                  onAction={() => onChange([...operations, ...templates[name].map(operationDraftOf)])}
                >
                  {t(`template.${name}`)}
                </MenuItem>
              ))}
            </Menu>
            <Button
              size="small"
              icon={Plus}
              onPress={() => onChange([...operations, operationDraftOf({ mode: 'set' })])}
            >
              {t('operations.add')}
            </Button>
          </>
        )
      }
    >
      {operations.length === 0 ? (
        <EmptyState icon={ListTree} title={t('operations.none')}>
          {t('operations.noneWhat')}
        </EmptyState>
      ) : (
        <ol>
          {operations.map((operation, index) => (
            <OperationRow
              key={operation.id}
              operation={operation}
              number={index + 1}
              first={index === 0}
              last={index === operations.length - 1}
              writes={writes}
              place={`body.operations.${index}`}
              mistakes={mistakesAt(mistakes, `body.operations.${index}`)}
              onChange={(patch) => onChange(operations.with(index, { ...operation, ...patch }))}
              onMove={(step) => onChange(moved(operations, index, step))}
              onCopy={() => onChange(operations.toSpliced(index + 1, 0, { ...operation, id: newId() }))}
              onDrop={() => onChange(operations.toSpliced(index, 1))}
            />
          ))}
        </ol>
      )}
    </Card>
  );
}
