import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import type { Answer } from '../../../lib/api.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { usePublicAddress } from '../../../lib/site.ts';
import { useKeyWords } from '../words.ts';
import { csvOf } from './many-keys.ts';

/** The texts of new keys, the only time they are shown: to be copied one by one, or saved as a file. */
export function NewKeys({ keys }: { readonly keys: Answer<'keys.createMany'>['data'] }) {
  const t = useKeyWords();
  const baseUrl = usePublicAddress()('v1');
  const csv = useMemo(() => csvOf(keys, baseUrl), [keys, baseUrl]);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Notice tone="good" title={t('many.copyNow')}>
        {t('many.hashOnly')}
      </Notice>
      <div className="flex flex-wrap gap-2">
        <Button icon={Download} onPress={() => saveFile('keys.csv', 'text/csv', csv)}>
          {t('many.csv')}
        </Button>
        <CopyButton text={keys.map(({ key }) => key).join('\n')} what={t('many.all')} />
      </div>
      <ul className="divide-y divide-line rounded-md border border-line">
        {keys.map(({ id, name, key }) => (
          <li key={id} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-1.5">
            <div className="min-w-0">
              <p className="truncate text-small font-medium">{name}</p>
              <code className="block font-mono text-small break-all text-muted select-all" data-secret>
                {key}
              </code>
            </div>
            <CopyButton text={key} what={name} />
          </li>
        ))}
      </ul>
    </div>
  );
}
