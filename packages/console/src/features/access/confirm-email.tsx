import { useState } from 'react';
import { useLocation } from '@tanstack/react-router';
import { Button } from '../../components/ui/button.tsx';
import { Link } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { useAction } from '../../lib/operations.ts';
import { useAccessWords } from './words.ts';

/** Where the link to a new address leads. A press confirms: programs that look at links in mail press nothing. */
export default function ConfirmEmailPage() {
  const t = useAccessWords();
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get('token') ?? '';
  const confirm = useAction('emails.confirm');
  const [done, setDone] = useState(false);
  return (
    <>
      <h2 className="mb-4 text-lg font-semibold">{t('confirmEmail.title')}</h2>
      <Body
        token={token}
        error={confirm.error}
        busy={confirm.busy}
        done={done}
        onConfirm={() => void confirm.run({ body: { token } }).then((outcome) => setDone(outcome !== undefined))}
      />
      <p className="mt-5 border-t border-line pt-4 text-small">
        <Link to="/">{t('goOn')}</Link>
      </p>
    </>
  );
}

function Body(props: {
  readonly token: string;
  readonly error: Error | null;
  readonly busy: boolean;
  readonly done: boolean;
  readonly onConfirm: () => void;
}) {
  const t = useAccessWords();
  if (props.token === '') return <p className="text-muted">{t('confirm.noToken')}</p>;
  if (props.done) return <Notice focus tone="good" title={t('confirmEmail.done')} />;
  return (
    <div className="grid gap-4">
      <p className="text-muted">{t('confirmEmail.what')}</p>
      {props.error !== null && (
        <Notice focus tone="danger" title={t('confirmEmail.failed')}>
          {props.error.message}
        </Notice>
      )}
      <Button look="primary" busy={props.busy} onPress={props.onConfirm} className="w-full">
        {t('confirmEmail.submit')}
      </Button>
    </div>
  );
}
