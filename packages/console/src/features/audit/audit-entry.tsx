import type { AuditEntryView } from '@tollgate/contract/api/configuration';
import { ChevronDown, LogIn, LogOut, Pencil, Plus, Trash2, WalletMinimal, Wrench } from 'lucide-react';
import { useId, useState } from 'react';
import { Changes } from '../../components/ui/changes.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { changesOf } from '../../lib/changes.ts';
import { fullMoment, shortMoment } from '../../lib/format.ts';
import { useAuditWords } from './words.ts';

const icons = {
  create: Plus,
  update: Pencil,
  delete: Trash2,
  revoke: Trash2,
  erase: Trash2,
  credit: WalletMinimal,
  refund: WalletMinimal,
  confirm: WalletMinimal,
  newSignIn: LogIn,
  endSessions: LogOut,
  resetPassword: Wrench,
  export: Wrench,
  link: Wrench,
  unlink: Wrench,
  rotate: Wrench,
  retry: Wrench,
} as const;
const isKnown = (verb: string): verb is keyof typeof icons => Object.hasOwn(icons, verb);

const kinds = [
  'channel',
  'user',
  'key',
  'model',
  'group',
  'token',
  'setting',
  'spending-budget',
  'notice-target',
  'invite',
  'sign-in-method',
  'payment-method',
  'plan',
  'team',
  'code-batch',
  'code',
  'order',
  'subscription',
  'job',
  'sale-terms',
  'role',
  'bundle',
  'billing-account',
  'top-up-key',
  'identity',
  'auto-top-up',
  'data-key',
  'master-secret',
] as const;
const isKind = (kind: string): kind is (typeof kinds)[number] => (kinds as readonly string[]).includes(kind);

/** What kind of thing `channel:ch_…` is. */
function kindOf(subject: string, t: ReturnType<typeof useAuditWords>): string {
  const kind = subject.split(':', 1)[0] ?? '';
  return isKind(kind) ? t(`kind.${kind}`) : kind;
}

/** The id within `channel:ch_…`. */
const withoutKind = (subject: string): string => subject.slice(subject.indexOf(':') + 1);

type EntryProps = {
  readonly entry: AuditEntryView;
  readonly onSubject: (subject: string) => void;
  readonly onActor: (actor: string) => void;
};

/** A change in one line, with its details below when they are asked for. */
export function AuditEntry({ entry, onSubject, onActor }: EntryProps) {
  const t = useAuditWords();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { at, actor, actorName, action, subject, subjectName, before, after } = entry;
  const verb = action.split('.').at(-1) ?? action;
  const Icon = isKnown(verb) ? icons[verb] : Wrench;
  const changes = changesOf(before ?? undefined, after ?? undefined);
  return (
    <li className="border-b border-line last:border-b-0">
      <div className="flex min-h-9 items-center gap-3 px-4 py-1">
        <Icon aria-hidden className="size-3.5 shrink-0 text-muted" />
        <time className="w-16 shrink-0 text-small text-muted max-sm:sr-only" title={fullMoment(at)}>
          {shortMoment(at, at)}
        </time>
        <p className="flex min-w-0 grow flex-wrap items-baseline gap-x-1.5 max-sm:text-small">
          <Filtering text={actorName ?? actor} id={actor} onPress={() => onActor(actor)} />
          <span className="text-muted">{isKnown(verb) ? t(`did.${verb}`) : action}</span>
          <span className="text-muted">{kindOf(subject, t)}</span>
          <Filtering text={subjectName ?? withoutKind(subject)} id={subject} onPress={() => onSubject(subject)} />
          <span aria-hidden className="text-muted sm:hidden">
            {shortMoment(at, at)}
          </span>
        </p>
        <span className="shrink-0 text-small text-muted max-sm:sr-only">
          {changes.length === 0 ? '' : t('changeCount', { count: changes.length })}
        </span>
        <IconButton
          icon={ChevronDown}
          label={t('details', { what: subjectName ?? subject })}
          aria-expanded={open}
          aria-controls={id}
          className={open ? 'rotate-180' : ''}
          onPress={() => setOpen(!open)}
        />
      </div>
      <div id={id} hidden={!open} className="border-t border-line bg-sunken px-4 py-3">
        {open && <Origin entry={entry} />}
        {open &&
          (changes.length === 0 ? (
            <p className="text-small text-muted">{t('noDetail')}</p>
          ) : (
            <Changes changes={changes} />
          ))}
      </div>
    </li>
  );
}

/** From where it was done, why, and which entry of the chain it is, as far as that is known. */
function Origin({ entry: { address, reason, seq, hash } }: Pick<EntryProps, 'entry'>) {
  const t = useAuditWords();
  const items = [
    ...(reason === null ? [] : [{ term: t('meta.reason'), value: reason }]),
    ...(address === null ? [] : [{ term: t('meta.address'), value: address, code: true }]),
    ...(seq === null ? [] : [{ term: t('meta.seq'), value: `${seq} · ${hash?.slice(0, 12) ?? ''}…`, code: true }]),
  ];
  return items.length === 0 ? null : (
    <div className="mb-2">
      <KeyValues items={items} />
    </div>
  );
}

/** A name that, pressed, shows only what has it. */
const Filtering = ({
  text,
  id,
  onPress,
}: {
  readonly text: string;
  readonly id: string;
  readonly onPress: () => void;
}) => (
  <button
    type="button"
    title={id}
    onClick={onPress}
    className="min-h-6 min-w-6 rounded-sm text-start font-medium wrap-anywhere hover:text-accent hover:underline"
  >
    {text}
  </button>
);
