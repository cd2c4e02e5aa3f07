import { Card } from '../../components/ui/card.tsx';
import { Link } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { DensityChoice, LanguageChoice, ThemeChoice } from '../../app/shell/choices.tsx';
import { shortcuts, usePreference } from '../../lib/preferences.ts';
import { useMe } from '../../lib/session.ts';
import { Identities } from './identities.tsx';
import { OwnData } from './own-data.tsx';
import { Passkeys } from './passkeys.tsx';
import { Password } from './password.tsx';
import { Profile } from './profile.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';
import { Tokens } from './tokens.tsx';
import { useAccountWords } from './words.ts';

/** Who one is here, where one is signed in, and how the console looks to oneself. */
export default function AccountPage() {
  const t = useAccountWords();
  const { user } = useMe();
  return (
    <>
      <PageHeader
        title={t('title')}
        description={user.email}
        actions={<Link to="/account/notifications">{t('notifications')}</Link>}
      />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <Profile />
          <Password />
          <Appearance />
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <SecondFactor />
          <Passkeys />
          <Sessions />
          <Identities />
          <Tokens />
          <OwnData />
        </div>
      </div>
    </>
  );
}

/** Kept in this browser. */
function Appearance() {
  const t = useAccountWords();
  const letters = usePreference(shortcuts);
  return (
    <Card title={t('appearance.title')} description={t('appearance.what')}>
      <div className="grid gap-3">
        <div className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-3 *:odd:text-small *:odd:text-muted *:even:justify-self-end">
          <span>{t('appearance.theme')}</span>
          <ThemeChoice />
          <span>{t('appearance.density')}</span>
          <DensityChoice />
          <span>{t('appearance.language')}</span>
          <LanguageChoice />
        </div>
        <Switch
          label={t('appearance.letters')}
          value={letters === 'on'}
          onChange={(on) => shortcuts.choose(on ? 'on' : 'off')}
        />
      </div>
    </Card>
  );
}
