import { Check, Copy } from 'lucide-react';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { useCopy } from './use-copy.ts';
import { useUiWords } from './words.ts';

type CopyButtonProps = {
  readonly text: string;
  /** What is copied, such as `the key`. */
  readonly what: string;
  readonly iconOnly?: boolean;
  readonly size?: 'small' | 'normal';
};

export function CopyButton({ text, what, iconOnly = false, size = 'small' }: CopyButtonProps) {
  const t = useUiWords();
  const [outcome, copy] = useCopy();
  const icon = outcome === 'copied' ? Check : Copy;
  return (
    <>
      {iconOnly ? (
        <IconButton size="small" icon={icon} label={t('copyWhat', { what })} onPress={() => void copy(text)} />
      ) : (
        <Button size={size} icon={icon} aria-label={t('copyWhat', { what })} onPress={() => void copy(text)}>
          {outcome === 'copied' ? t('copied') : outcome === 'refused' ? t('selectAndCopy') : t('copy')}
        </Button>
      )}
      <span role="status" className="sr-only">
        {outcome === 'copied' ? t('copiedWhat', { what }) : outcome === 'refused' ? t('copyRefused') : ''}
      </span>
    </>
  );
}
