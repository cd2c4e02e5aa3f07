import { useState } from 'react';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { codeOf, requestCodes, type RequestCode } from '../../lib/request-code.ts';
import { withoutAnswer, type Column } from './conversation.ts';
import { usePublicAddress } from '../../lib/site.ts';
import { requestOf } from './request.ts';
import { usePlaygroundWords } from './words.ts';

type CodeDialogProps = { readonly open: boolean; readonly onClose: () => void; readonly column: Column };

/** The request of a column as an application would send it, with its own key. */
export function CodeDialog({ open, onClose, column }: CodeDialogProps) {
  const t = usePlaygroundWords();
  const root = usePublicAddress()('').replace(/\/$/, '');
  const [language, setLanguage] = useState<RequestCode>('curl');
  return (
    <Dialog open={open} onClose={onClose} title={t('viewCode')} description={t('viewCodeWhat')} width="large">
      <div className="flex flex-col gap-3">
        <div className="overflow-x-auto pb-1">
          <Segmented
            label={t('language')}
            segments={requestCodes.map(({ id, label }) => ({ value: id, label }))}
            value={language}
            onChange={setLanguage}
          />
        </div>
        {open && (
          <CodeBlock
            label={t('viewCode')}
            text={codeOf(language, {
              root,
              body: requestOf({ ...column, messages: [...withoutAnswer(column)] }),
            })}
          />
        )}
      </div>
    </Dialog>
  );
}
