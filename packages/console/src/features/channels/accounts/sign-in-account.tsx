import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { OuterLink } from '../../../components/ui/link.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { TextField } from '../../../components/ui/text-field.tsx';
import { relativeMoment } from '../../../lib/format.ts';
import { useChannelWords } from '../words.ts';
import { useAccountLogin, type BegunLogin } from './use-account-login.ts';

type SignInAccountProps = {
  readonly channelId: string;
  /** The provider's name. */
  readonly vendor: string;
  /** Whether it may be done in a browser whose last address is pasted, too. */
  readonly inBrowser: boolean;
  readonly onClose: () => void;
};

/** Adds an account by signing in at its vendor: by a code that is typed there, or in this browser. */
export function SignInAccount({ channelId, vendor, inBrowser, onClose }: SignInAccountProps) {
  const t = useChannelWords();
  const [by, setBy] = useState<'device' | 'browser'>('device');
  const [redirected, setRedirected] = useState('');
  const login = useAccountLogin(channelId, onClose);
  const { begun } = login;
  const ends = begun?.userCode === null;
  const next = async (): Promise<void> => {
    if (begun === undefined) await login.begin(by);
    else await login.finish(begun.flow, redirected.trim());
  };
  return (
    <Dialog
      open
      onClose={onClose}
      dismissable={begun === undefined}
      title={t('signIn.title', { vendor })}
      description={t('signIn.what')}
      actions={
        <>
          {begun !== undefined && <Button onPress={login.forget}>{t('signIn.again')}</Button>}
          <Button onPress={onClose}>{t('cancel')}</Button>
          {(begun === undefined || ends) && (
            <Button
              look="primary"
              busy={login.busy}
              isDisabled={ends && redirected.trim() === ''}
              onPress={() => void next()}
            >
              {t(ends ? 'signIn.finish' : 'signIn.begin')}
            </Button>
          )}
        </>
      }
    >
      <form
        className="grid gap-4"
        noValidate
        aria-label={t('signIn.title', { vendor })}
        onSubmit={(event) => {
          event.preventDefault();
          if (begun === undefined || (ends && redirected.trim() !== '')) void next();
        }}
      >
        {login.error !== null && <ErrorNotice focus title={t('signIn.failed')} error={login.error} />}
        {begun === undefined ? (
          <>
            {inBrowser && (
              <div>
                <Segmented
                  label={t('signIn.how')}
                  value={by}
                  onChange={setBy}
                  segments={[
                    { value: 'device', label: t('signIn.device') },
                    { value: 'browser', label: t('signIn.browser') },
                  ]}
                />
              </div>
            )}
            <p className="text-muted">{t(by === 'device' ? 'signIn.deviceWhat' : 'signIn.browserWhat')}</p>
          </>
        ) : (
          <Begun begun={begun} waiting={login.error === null} redirected={redirected} onRedirected={setRedirected} />
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

type BegunProps = {
  readonly begun: BegunLogin;
  readonly waiting: boolean;
  readonly redirected: string;
  readonly onRedirected: (value: string) => void;
};

/** What is left to do at the vendor's page. */
function Begun({ begun: { url, userCode, expiresAt }, waiting, redirected, onRedirected }: BegunProps) {
  const t = useChannelWords();
  return (
    <>
      {userCode === null ? (
        <p>{t('signIn.browserWhat')}</p>
      ) : (
        <>
          <p>{t('signIn.typeCode')}</p>
          <p className="flex items-center justify-between gap-3 rounded-md border border-line bg-sunken px-4 py-3">
            <span className="font-mono text-xl tracking-widest select-all">{userCode}</span>
            <CopyButton text={userCode} what={t('signIn.code')} />
          </p>
        </>
      )}
      <p>
        <OuterLink href={url}>{t('signIn.openPage')}</OuterLink>
      </p>
      {userCode === null ? (
        <TextField
          label={t('signIn.paste')}
          help={t('signIn.pasteHelp', { start: new URL(url).searchParams.get('redirect_uri') ?? '' })}
          type="url"
          autoComplete="off"
          spellCheck="false"
          value={redirected}
          onChange={onRedirected}
        />
      ) : (
        waiting && (
          <p role="status" className="text-muted">
            {t('signIn.waiting')}
          </p>
        )
      )}
      <p className="text-small text-muted">{t('signIn.until', { moment: relativeMoment(expiresAt, Date.now()) })}</p>
    </>
  );
}
