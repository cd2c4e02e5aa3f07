import { Key } from '../../components/ui/command-sheet.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { commandKey } from '../../lib/keys.ts';
import { shortcuts, usePreference } from '../../lib/preferences.ts';
import { usePageWords } from '../pages.ts';
import { useNavigation } from '../shell/navigation.ts';
import { useShellWords } from '../shell/words.ts';

type KeyHelpProps = { readonly open: boolean; readonly onClose: () => void };

/** The keys of the console, and the switch for those that are single letters. */
export default function KeyHelp({ open, onClose }: KeyHelpProps) {
  const t = useShellWords();
  const pageWords = usePageWords();
  const on = usePreference(shortcuts) === 'on';
  const destinations = useNavigation()
    .flatMap(({ pages }) => pages)
    .flatMap((page) => (page.letter === undefined ? [] : [[`g ${page.letter}`, pageWords(page.title)] as const]));
  const general = [
    [`${commandKey()} K`, t('keys.palette')],
    ['?', t('keys.help')],
    ['/', t('keys.filter')],
    ['r', t('keys.refresh')],
    [`${commandKey()} S`, t('keys.save')],
    ['Esc', t('keys.close')],
  ] as const;
  const lists = [
    ['j k', t('keys.move')],
    ['o', t('keys.open')],
    ['x', t('keys.select')],
    ['Shift ↑ ↓', t('keys.range')],
    ['e', t('keys.edit')],
    ['Alt ← →', t('keys.resize')],
    ['t', t('keys.live')],
    ['[ ]', t('keys.neighbours')],
  ] as const;
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} width="large">
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <KeyList title={t('keys.everywhere')} keys={general} />
        <KeyList title={t('keys.lists')} keys={lists} />
        {destinations.length > 0 && <KeyList title={t('keys.goTo')} keys={destinations} />}
        <Switch
          label={t('keys.letters')}
          help={t('keys.lettersHelp')}
          value={on}
          onChange={(next) => shortcuts.choose(next ? 'on' : 'off')}
        />
      </div>
    </Dialog>
  );
}

type KeyListProps = { readonly title: string; readonly keys: readonly (readonly [keys: string, does: string])[] };

const KeyList = ({ title, keys }: KeyListProps) => (
  <section>
    <h3 className="pb-1.5 text-small font-semibold">{title}</h3>
    <dl className="grid gap-1 text-small">
      {keys.map(([names, does]) => (
        <div key={names} className="flex items-center justify-between gap-4">
          <dt className="text-muted">{does}</dt>
          <dd className="flex gap-1">
            {names.split(' ').map((name) => (
              <Key key={name}>{name}</Key>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  </section>
);
