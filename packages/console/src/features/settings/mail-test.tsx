import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { useAction } from '../../lib/operations.ts';
import { useMe } from '../../lib/session.ts';
import { useSettingWords } from './words.ts';

/** Sends a mail by the settings that are saved, and shows what the server said to it. */
export function MailTest() {
  const t = useSettingWords();
  const [to, setTo] = useState(useMe().user.email ?? '');
  const test = useAction('mail.test');
  const [result, setResult] = useState<{ readonly sent: boolean; readonly said: string }>();
  const send = async () => {
    setResult(undefined);
    setResult((await test.run({ body: { to } }))?.answer);
  };
  return (
    <div className="grid gap-3 border-t border-line p-4">
      <div className="flex flex-wrap items-end gap-2">
        <div className="w-72 max-w-full">
          <TextField label={t('mailTest.to')} type="email" value={to} onChange={setTo} />
        </div>
        <Button busy={test.busy} isDisabled={to === ''} onPress={() => void send()}>
          {t('mailTest.send')}
        </Button>
      </div>
      {test.error !== null && (
        <Notice tone="danger" title={t('mailTest.failed')}>
          {test.error.message}
        </Notice>
      )}
      {result !== undefined && (
        <Notice tone={result.sent ? 'good' : 'danger'} title={t(result.sent ? 'mailTest.sent' : 'mailTest.failed')}>
          {result.said}
        </Notice>
      )}
    </div>
  );
}
