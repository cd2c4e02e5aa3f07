import { secondFactorCodeSchema } from '@tollgate/contract/api/sign-in';
import { renderSVG } from 'uqr';
import { FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { useOnce } from '../../lib/use-once.ts';
import { useAccountWords } from './words.ts';

export type SecondFactorTask = 'create' | 'renew' | 'remove';

type DialogProps = {
  readonly task: SecondFactorTask | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

/** What is done about a second factor, each with a code; backup codes are shown once, at the end. */
export function SecondFactorDialog({ task, onClose, onDone }: DialogProps) {
  const t = useAccountWords();
  return (
    <ShownOnce<readonly string[]>
      open={task !== undefined}
      onClose={onClose}
      look="dialog"
      title={t(task === undefined ? 'factor.title' : `factor.${task}`)}
      done={t('factor.kept')}
      ask={({ made, close }) =>
        task !== undefined && (
          <>
            {task === 'create' ? <Secret /> : <p className="mb-4 text-muted">{t(`factor.${task}What`)}</p>}
            <CodeForm
              task={task}
              onCancel={close}
              onSent={(codes) => {
                onDone();
                if (codes === undefined) close();
                else made(codes);
              }}
            />
          </>
        )
      }
    >
      {(codes) => (
        <div className="grid gap-3">
          <Notice tone="good" title={t('factor.keepCodes')}>
            {t('factor.keepCodesWhat')}
          </Notice>
          <CodeBlock label={t('factor.backupCodes')} text={codes.join('\n')} />
        </div>
      )}
    </ShownOnce>
  );
}

/** A new secret, to be scanned or typed. */
function Secret() {
  const t = useAccountWords();
  const { data, error } = useOnce(() => api.call('secondFactor.create'));
  if (error !== undefined) return <ErrorNotice title={t('factor.notBegun')} error={error} />;
  if (data === undefined) return <SkeletonRows rows={3} />;
  return (
    <div className="mb-4 grid gap-3">
      <p className="text-muted">{t('factor.scan')}</p>
      {/* Dark on light in either theme: cameras want it so. */}
      <img
        alt={t('factor.qr')}
        className="mx-auto size-44 rounded-md bg-white p-2"
        src={`data:image/svg+xml,${encodeURIComponent(renderSVG(data.uri, { border: 1 }))}`}
      />
      <CodeBlock label={t('factor.secret')} text={data.secret} />
    </div>
  );
}

type CodeFormProps = {
  readonly task: SecondFactorTask;
  readonly onCancel: () => void;
  readonly onSent: (codes: readonly string[] | undefined) => void;
};

function CodeForm({ task, onCancel, onSent }: CodeFormProps) {
  const t = useAccountWords();
  const form = useSchemaForm({
    schema: secondFactorCodeSchema,
    values: { code: '' },
    send: async (body) => {
      if (task === 'remove') {
        await api.call('secondFactor.remove', { body });
        showToast({ title: t('factor.removed') });
        onSent(undefined);
      } else {
        const operation = task === 'create' ? 'secondFactor.confirm' : 'secondFactor.renewCodes';
        onSent((await api.call(operation, { body })).backupCodes);
      }
    },
  });
  return (
    <Form form={form} failed={t('factor.failed')}>
      <FormText
        form={form}
        name="code"
        label={t(task === 'create' ? 'factor.firstCode' : 'factor.code')}
        autoComplete="one-time-code"
        code
        required
      />
      <FormActions
        onCancel={onCancel}
        action={t(`factor.${task}`)}
        danger={task === 'remove'}
        busy={form.formState.isSubmitting}
      />
    </Form>
  );
}
