import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { TextArea } from '../ui/text-field.tsx';
import { useFormWords } from './words.ts';

type Settings = Readonly<Record<string, string>>;

/** Fills the settings of a provider from what it says of itself: an address, or the document. Draws nothing for one without. */
export function ProviderMetadata({
  provider,
  read,
  onRead,
}: {
  readonly provider: { readonly id: string; readonly metadata: boolean } | undefined;
  readonly read: (body: {
    readonly provider: string;
    readonly source: string;
  }) => Promise<{ readonly settings: Settings }>;
  readonly onRead: (settings: Settings) => void;
}) {
  const t = useFormWords();
  const [source, setSource] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  if (provider?.metadata !== true) return null;
  const fill = async (): Promise<void> => {
    setBusy(true);
    try {
      onRead((await read({ provider: provider.id, source })).settings);
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : t('metadata.failed'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="grid gap-2">
      <TextArea label={t('metadata.label')} help={t('metadata.help')} value={source} onChange={setSource} rows={2} />
      {problem !== undefined && <Notice tone="danger" title={problem} />}
      <Button
        size="small"
        className="justify-self-start"
        busy={busy}
        isDisabled={source.trim() === ''}
        onPress={() => void fill()}
      >
        {t('metadata.read')}
      </Button>
    </div>
  );
}
