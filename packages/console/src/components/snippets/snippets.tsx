import { useState } from 'react';
import { CodeBlock } from '../ui/code-block.tsx';
import { Combobox } from '../ui/combobox.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Select } from '../ui/select.tsx';
import { buttonClass } from '../ui/button.tsx';
import { ClientLinks } from './client-links.tsx';
import { usePublicAddress } from '../../lib/site.ts';
import { clientIds, codeIds, snippetIds, snippetLabels, snippetOf, type SnippetId } from '../../lib/snippets.ts';
import { useSnippetWords } from './words.ts';

type SnippetsProps = {
  /** The key itself, where it is known; otherwise a place for it is left. */
  readonly secret?: string | undefined;
  /** Models that the key may use, the one to begin with first. */
  readonly models: readonly string[];
};

const segmentsOf = (ids: readonly SnippetId[]) => ids.map((value) => ({ value, label: snippetLabels[value] }));

/** Code and configuration that speaks to this gateway, ready to be copied. */
export function Snippets({ secret, models }: SnippetsProps) {
  const t = useSnippetWords();
  const [id, setId] = useState<SnippetId>('curl');
  const [chosen, setChosen] = useState('');
  const model = chosen === '' ? (models[0] ?? t('someModel')) : chosen;
  const root = usePublicAddress()('').replace(/\/$/, '');
  const { label, parts, link } = snippetOf(id, {
    root,
    key: secret ?? t('yourKey'),
    model,
  });
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3">
      <div className="flex flex-wrap gap-x-4 gap-y-2 max-sm:hidden">
        <Segmented label={t('code')} segments={segmentsOf(codeIds)} value={id} onChange={setId} />
        <Segmented label={t('clients')} segments={segmentsOf(clientIds)} value={id} onChange={setId} />
      </div>
      <div className="sm:hidden">
        <Select label={t('for')} choices={segmentsOf(snippetIds)} value={id} onChange={setId} />
      </div>
      {models.length > 1 && (
        <div className="max-w-80">
          <Combobox
            label={t('model')}
            choices={models.map((name) => ({ value: name, label: name }))}
            value={model}
            onChange={setChosen}
          />
        </div>
      )}
      {parts.map(({ where, text }) => (
        <div key={where} className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1">
          <p className="text-small text-muted">
            {where === 'terminal' ? t('terminal') : <code className="font-mono">{where}</code>}
          </p>
          <CodeBlock label={t('of', { label, where: where === 'terminal' ? t('terminal') : where })} text={text} />
        </div>
      ))}
      {link !== undefined && secret !== undefined && (
        <p>
          <a href={link} className={buttonClass('plain', 'normal')}>
            {t('open', { label })}
          </a>
        </p>
      )}
      {secret !== undefined && <ClientLinks root={root} secret={secret} model={model} />}
    </div>
  );
}
