import { useEffect, useId, useState } from 'react';
import { box, Select } from '../../components/field.tsx';
import { navigate, useRouteLocation } from '../../lib/router.tsx';

/** Model and outcome, and for those who see everyone’s whose; kept in the address, so that a view can be sent to someone. */
export function Filters({ seesAll }: { readonly seesAll: boolean }) {
  const { search } = useRouteLocation();
  const given = search.get('model') ?? '';
  const [model, setModel] = useState(given);
  const id = useId();
  useEffect(() => setModel(given), [given]);
  const change = (name: string, value: string): void => {
    if (value === (search.get(name) ?? '')) return;
    const next = new URLSearchParams(search);
    next.delete('after');
    if (value === '') next.delete(name);
    else next.set(name, value);
    navigate(next.size === 0 ? './' : `./?${next}`, 'replace');
  };
  return (
    <form
      role="search"
      aria-label="Filter the requests"
      className="flex flex-wrap gap-3 max-sm:w-full"
      onSubmit={(event) => {
        event.preventDefault();
        change('model', model.trim());
      }}
    >
      <div className="max-sm:w-full">
        <label htmlFor={`${id}-model`} className="mb-1 block text-[0.8125rem] text-muted">
          Model
        </label>
        <input
          id={`${id}-model`}
          type="search"
          className={`${box} sm:w-52`}
          value={model}
          autoCapitalize="none"
          spellCheck={false}
          placeholder="Exact name"
          onChange={(event) => {
            setModel(event.target.value);
            if (event.target.value === '') change('model', '');
          }}
          onBlur={() => change('model', model.trim())}
        />
      </div>
      <Choice
        id={`${id}-outcome`}
        label="Outcome"
        value={search.get('failed') ?? ''}
        choices={[
          { value: '', label: 'All' },
          { value: 'true', label: 'Failed only' },
        ]}
        onChange={(value) => change('failed', value)}
      />
      {seesAll && (
        <Choice
          id={`${id}-of`}
          label="Whose"
          value={search.get('of') ?? ''}
          choices={[
            { value: '', label: 'Everyone’s' },
            { value: 'me', label: 'Mine' },
          ]}
          onChange={(value) => change('of', value)}
        />
      )}
    </form>
  );
}

type ChoiceProps = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
};

function Choice({ id, label, value, choices, onChange }: ChoiceProps) {
  return (
    <div className="max-sm:grow">
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] text-muted">
        {label}
      </label>
      <Select id={id} value={value} choices={choices} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
