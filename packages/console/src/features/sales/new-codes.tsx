import { Download } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import type { Answer } from '../../lib/api.ts';
import { count } from '../../lib/format.ts';
import { useSaleWords } from './words.ts';

/** More would only be scrolled past; the file has all of them. */
const shown = 50;

/** The codes of a new batch, the only time they are shown: to copy, or to save as a file. */
export function NewCodes({ batch: { id, codes } }: { readonly batch: Answer<'codeBatches.create'> }) {
  const t = useSaleWords();
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([`${codes.join('\n')}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `codes-${id}.txt`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="grid gap-4">
      <Notice tone="good" title={t('create.saveNow')}>
        {t('create.hashOnly')}
      </Notice>
      <div>
        <Button icon={Download} onPress={save}>
          {t('create.save', { count: codes.length })}
        </Button>
      </div>
      <div data-secret>
        <CodeBlock label={t('tab.codes')} text={codes.slice(0, shown).join('\n')} />
      </div>
      {codes.length > shown && (
        <p className="text-small text-muted">{t('create.more', { number: count(codes.length - shown) })}</p>
      )}
    </div>
  );
}
