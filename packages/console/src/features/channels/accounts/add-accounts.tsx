import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useState } from 'react';
import { ProviderFields } from '../../../components/provider/provider-fields.tsx';
import { fieldsOf } from '../../../components/provider/schema-fields.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { TextArea } from '../../../components/ui/text-field.tsx';
import { showToast } from '../../../components/ui/toast-queue.ts';
import { useAction, useOperation } from '../../../lib/operations.ts';
import { useChannelWords } from '../words.ts';
import { loneField, oneAccount, readAccounts, sampleLine } from './many-accounts.ts';
import { accountAnswers } from './use-accounts.ts';

type AddAccountsProps = {
  readonly channel: ChannelView;
  /** How many it has. */
  readonly known: number;
  readonly onClose: () => void;
};

/** One account by the fields of its provider, or many of them pasted one a line. */
export function AddAccounts({ channel, known, onClose }: AddAccountsProps) {
  const t = useChannelWords();
  const providers = useOperation('providers.list');
  const provider = providers.data?.data.find(({ id }) => id === channel.provider);
  const fields = provider === undefined ? [] : fieldsOf(provider.credential, true);
  const append = useAction('credentials.append', { invalidates: accountAnswers });
  const [how, setHow] = useState<'one' | 'many'>('one');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const { accounts, wrong } = readAccounts(text, fields);
  const problem = wrong.length > 0 ? t('accounts.wrongLines', { lines: wrong.slice(0, 10).join(', ') }) : undefined;
  const many = how === 'many';
  const add = async (): Promise<void> => {
    setTried(true);
    if (many && (problem !== undefined || accounts.length === 0)) return;
    const credentials = many ? [...accounts] : [oneAccount(fields, values)];
    const done = await append.run({ params: { id: channel.id }, body: { credentials } });
    if (done === undefined) return;
    const added = done.answer.data.length - known;
    showToast({ title: t('accounts.added', { count: added, known: credentials.length - added }) });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      dismissable={text === ''}
      title={t('accounts.add')}
      description={t('accounts.addWhat')}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button look="primary" busy={append.busy} onPress={() => void add()}>
            {many && accounts.length > 0 ? t('accounts.addMany', { count: accounts.length }) : t('accounts.add')}
          </Button>
        </>
      }
    >
      <form
        className="grid gap-4"
        noValidate
        aria-label={t('accounts.add')}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {append.error !== null && <ErrorNotice focus title={t('accounts.notAdded')} error={append.error} />}
        <div>
          <Segmented
            label={t('accounts.how')}
            value={how}
            onChange={setHow}
            segments={[
              { value: 'one', label: t('accounts.one') },
              { value: 'many', label: t('accounts.many') },
            ]}
          />
        </div>
        {many ? (
          <TextArea
            label={t('accounts.lines')}
            help={t(loneField(fields) === undefined ? 'accounts.linesOfObjects' : 'accounts.linesOfKeys', {
              sample: sampleLine(fields),
            })}
            {...(tried && problem !== undefined && { error: problem })}
            code
            rows={9}
            autoComplete="off"
            spellCheck="false"
            value={text}
            onChange={setText}
          />
        ) : (
          <ProviderFields
            fields={fields}
            values={values}
            onChange={(field, value) => setValues({ ...values, [field]: value })}
          />
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
