import { useFormWords } from './words.ts';

/** A value before and after. */
export type Change = { readonly name: string; readonly before: unknown; readonly after: unknown };

/** What differs between two objects, by its dotted name. Lists are compared whole. */
export function changesOf(before: unknown, after: unknown, prefix = ''): readonly Change[] {
  if (isBranch(before) && isBranch(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      changesOf(before[name], after[name], prefix === '' ? name : `${prefix}.${name}`),
    );
  }
  return JSON.stringify(before ?? null) === JSON.stringify(after ?? null) ? [] : [{ name: prefix, before, after }];
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type ChangesProps = {
  readonly changes: readonly Change[];
  /** What a field is called; its dotted name without it. */
  readonly labelOf?: (name: string) => string;
  /** Of these it is only said that they changed. */
  readonly secret?: (name: string) => boolean;
};

/** What will be saved, before it is: each value as it was and as it will be. */
export function Changes({ changes, labelOf = (name) => name, secret = () => false }: ChangesProps) {
  const t = useFormWords();
  const words = (value: unknown): string => {
    if (value === undefined || value === null || value === '') return t('changes.nothing');
    if (typeof value === 'boolean') return t(value ? 'changes.on' : 'changes.off');
    return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  };
  return (
    <table className="w-full text-small">
      <thead>
        <tr className="border-b border-line text-muted *:py-1.5 *:text-start *:font-medium">
          <th scope="col">{t('changes.what')}</th>
          <th scope="col">{t('changes.before')}</th>
          <th scope="col">{t('changes.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before, after }) => (
          <tr key={name} className="border-b border-line align-top last:border-b-0 *:py-1.5 *:pe-3 *:wrap-anywhere">
            <th scope="row" className="text-start font-medium">
              {labelOf(name)}
            </th>
            <td className="text-muted">
              <del className="decoration-danger">{secret(name) ? t('changes.secret') : words(before)}</del>
            </td>
            <td>
              <ins className="no-underline">{secret(name) ? t('changes.secret') : words(after)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
