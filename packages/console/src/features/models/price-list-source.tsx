import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { FileDrop } from '../../components/ui/file-drop.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import type { ListSource } from './price-list.ts';
import { useModelWords } from './words.ts';

type Kind = 'shipped' | 'url' | 'text';

type PriceListSourceProps = {
  readonly busy: boolean;
  /** Undefined while none is chosen. */
  readonly onLook: (source: ListSource | undefined) => void;
};

/** Where the list comes from: this version, an address, or a file. */
export function PriceListSource({ busy, onLook }: PriceListSourceProps) {
  const t = useModelWords();
  const [kind, setKind] = useState<Kind>('shipped');
  const [url, setUrl] = useState('https://models.dev/api.json');
  return (
    <section aria-label={t('lists.source')} className="mb-4 grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-3">
      <div>
        <Segmented
          label={t('lists.source')}
          value={kind}
          onChange={(next) => {
            setKind(next);
            onLook(next === 'shipped' ? { kind: 'shipped' } : undefined);
          }}
          segments={[
            { value: 'shipped', label: t('lists.shipped') },
            { value: 'url', label: t('lists.url') },
            { value: 'text', label: t('lists.file') },
          ]}
        />
      </div>
      {kind === 'url' && (
        <form
          className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            onLook({ kind: 'url', url });
          }}
        >
          <TextField label={t('lists.address')} help={t('lists.shapes')} value={url} onChange={setUrl} type="url" />
          <Button type="submit" look="primary" busy={busy} className="mb-6" isDisabled={!/^https:\/\/./.test(url)}>
            {t('lists.compare')}
          </Button>
        </form>
      )}
      {kind === 'text' && (
        <FileDrop
          label={t('lists.drop')}
          help={t('lists.shapes')}
          accept={['.json', '.jsonl', '.ndjson']}
          onFiles={([file]) => {
            if (file === undefined) return;
            void file.text().then((text) => onLook({ kind: 'text', name: file.name.slice(0, 60), text }));
          }}
        />
      )}
    </section>
  );
}
