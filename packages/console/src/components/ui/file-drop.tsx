import { Upload } from 'lucide-react';
import { useState } from 'react';
import { DropZone, FileTrigger, Text } from 'react-aria-components';
import { Button } from './button.tsx';
import { useUiWords } from './words.ts';

type FileDropProps = {
  readonly label: string;
  readonly help?: string;
  /** Types or endings, such as `.json`. */
  readonly accept?: readonly string[];
  readonly multiple?: boolean;
  /** In one row, where it stands among other fields. */
  readonly compact?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
};

/** Files that are dropped, pasted or chosen. */
export function FileDrop({ label, help, accept, multiple = false, compact = false, onFiles }: FileDropProps) {
  const t = useUiWords();
  const [names, setNames] = useState('');
  const take = (files: readonly File[]): void => {
    const taken = multiple ? files : files.slice(0, 1);
    if (taken.length === 0) return;
    setNames(taken.map(({ name }) => name).join(', '));
    onFiles(taken);
  };
  return (
    <DropZone
      aria-label={label}
      onDrop={(event) => {
        const items = event.items.filter((item) => item.kind === 'file');
        void Promise.all(items.map((item) => item.getFile())).then(take);
      }}
      className={`flex items-center gap-2 rounded-lg border border-dashed border-field bg-surface drop-target:border-accent drop-target:bg-accent-wash ${compact ? 'flex-wrap p-2' : 'flex-col px-4 py-6 text-center'}`}
    >
      {!compact && <Upload aria-hidden className="size-5 text-muted" />}
      <Text slot="label" className={compact ? 'sr-only' : 'text-small'}>
        {names === '' ? label : names}
      </Text>
      <FileTrigger
        allowsMultiple={multiple}
        {...(accept !== undefined && { acceptedFileTypes: [...accept] })}
        onSelect={(files) => take([...(files ?? [])])}
      >
        <Button size="small">{t('chooseFile')}</Button>
      </FileTrigger>
      {help !== undefined && <p className="text-small text-muted">{compact && names !== '' ? names : help}</p>}
    </DropZone>
  );
}
