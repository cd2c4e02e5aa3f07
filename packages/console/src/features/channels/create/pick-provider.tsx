import { Check } from 'lucide-react';
import { useState } from 'react';
import { Button as BareButton } from '../../../components/ui/bare-button.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { OuterLink } from '../../../components/ui/link.tsx';
import { SearchField } from '../../../components/ui/text-field.tsx';
import { useChannelWords } from '../words.ts';
import { hostOf, type Provider } from './draft.ts';

type PickProviderProps = {
  readonly providers: readonly Provider[];
  readonly chosen: Provider | undefined;
  readonly onChoose: (provider: Provider | undefined) => void;
};

/** Whose account it is: a card for each provider, and a search among them. */
export function PickProvider({ providers, chosen, onChoose }: PickProviderProps) {
  const t = useChannelWords();
  const [q, setQ] = useState('');
  if (chosen !== undefined)
    return (
      <div className="flex items-center gap-x-3 rounded-md border border-accent bg-sunken px-3 py-2">
        <Check aria-hidden className="size-4 shrink-0 text-accent" />
        <span className="min-w-0 grow">
          <span className="font-medium">{chosen.label}</span>{' '}
          <OuterLink href={chosen.docs}>{t('create.docs')}</OuterLink>
        </span>
        <Button size="small" onPress={() => onChoose(undefined)}>
          {t('create.another')}
        </Button>
      </div>
    );
  const wanted = q.trim().toLowerCase();
  const named = ({ id, label }: Provider): boolean => `${id} ${label}`.toLowerCase().includes(wanted);
  // What is called so stands before what only lives at such an address.
  const shown = [
    ...providers.filter(named),
    ...providers.filter((one) => !named(one) && (one.baseUrl ?? '').toLowerCase().includes(wanted)),
  ];
  return (
    <div className="grid gap-2">
      <SearchField
        label={t('create.findProvider')}
        placeholder={t('create.findProvider')}
        value={q}
        onChange={setQ}
        className="w-full"
      />
      {shown.length === 0 ? (
        <p className="py-3 text-small text-muted">{t('create.noProvider')}</p>
      ) : (
        <ul
          aria-label={t('create.provider')}
          className="grid max-h-72 grid-cols-[repeat(auto-fill,minmax(min(12.5rem,100%),1fr))] gap-2 overflow-y-auto rounded-md border border-line p-2"
        >
          {shown.map((provider) => (
            <li key={provider.id} className="min-w-0">
              <BareButton
                onPress={() => onChoose(provider)}
                className="flex min-h-11 w-full flex-col items-start justify-center rounded-md border border-line bg-surface px-3 py-1.5 text-start outline-offset-1 hover:border-accent focus-visible:outline-2 focus-visible:outline-accent"
              >
                <span className="max-w-full truncate text-sm font-medium">{provider.label}</span>
                <span className="max-w-full truncate text-xs text-muted">
                  {hostOf(provider) ?? t('create.ownAddress')}
                </span>
              </BareButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
