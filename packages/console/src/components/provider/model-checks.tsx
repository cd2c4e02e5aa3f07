import { useState } from 'react';
import { SearchField } from '../ui/text-field.tsx';
import { Checkbox } from '../ui/toggles.tsx';

type ModelChecksProps = {
  readonly names: readonly string[];
  /** Those that have a price; the others say that they have none. */
  readonly priced: ReadonlySet<string>;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly words: {
    readonly label: string;
    readonly find: string;
    readonly all: (count: number) => string;
    readonly unpriced: string;
  };
};

/** So many boxes are drawn: whoever wants one of more finds it by its name. */
const drawn = 400;

/** Which of the models that an upstream lists are to be served. */
export function ModelChecks({ names, priced, chosen, onChange, words }: ModelChecksProps) {
  const [q, setQ] = useState('');
  const shown = names.filter((name) => name.toLowerCase().includes(q.trim().toLowerCase()));
  const every = shown.length > 0 && shown.every((name) => chosen.has(name));
  const put = (list: readonly string[], on: boolean): void => {
    const next = new Set(chosen);
    for (const name of list)
      if (on) next.add(name);
      else next.delete(name);
    onChange(next);
  };
  return (
    <div className="grid gap-2">
      <SearchField label={words.find} value={q} onChange={setQ} className="w-full" />
      <Checkbox
        label={words.all(shown.length)}
        value={every}
        some={!every && shown.some((name) => chosen.has(name))}
        onChange={(on) => put(shown, on)}
      />
      <div
        role="group"
        aria-label={words.label}
        className="grid max-h-80 gap-x-4 gap-y-1.5 overflow-y-auto rounded-md border border-line p-3 sm:grid-cols-2"
      >
        {shown.slice(0, drawn).map((name) => (
          <Checkbox
            key={name}
            label={name}
            {...(!priced.has(name) && { help: words.unpriced })}
            value={chosen.has(name)}
            onChange={(on) => put([name], on)}
          />
        ))}
      </div>
    </div>
  );
}
