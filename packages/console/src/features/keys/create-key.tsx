import { useEffect, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CheckField, SelectField, TextField } from '../../components/field.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { onlyProblems, useForm } from '../../lib/form.ts';

const fields = ['name', 'limitUsd', 'expiresAt', 'strictConversion'] as const;
const day = 86_400_000;

type CreateKeyProps = {
  readonly onCancel: () => void;
  readonly onCreated: (key: Answer<'keys.create'>) => void;
};

export function CreateKey({ onCancel, onCreated }: CreateKeyProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const { problems, failure, busy, onSubmit } = useForm({
    fields,
    check: ({ name, limitUsd }) =>
      onlyProblems({
        name: name.trim() === '' ? 'Say what the key is for.' : undefined,
        limitUsd: /^(\d{1,9}(\.\d{1,9})?)?$/.test(limitUsd.trim())
          ? undefined
          : 'Enter dollars, such as 25 or 0.50, or leave it empty.',
        expiresAt: undefined,
        strictConversion: undefined,
      }),
    send: async ({ name, limitUsd, expiresAt, strictConversion }) => {
      const body = {
        name: name.trim(),
        limitUsd: limitUsd.trim() === '' ? null : limitUsd.trim(),
        expiresAt: expiresAt === '' ? null : Date.now() + Number(expiresAt) * day,
        strictConversion: strictConversion !== '',
      };
      onCreated(await api.call('keys.create', { body }));
    },
  });
  return (
    <Card className="mt-4 p-4 sm:p-5">
      <form
        ref={form}
        noValidate
        aria-label="Create a key"
        onSubmit={onSubmit}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
        }}
      >
        {failure !== undefined && (
          <div className="mb-4">
            <ErrorNotice focus title="The key was not created" error={failure} />
          </div>
        )}
        <div className="grid items-start gap-4 md:grid-cols-3">
          <TextField
            label="Name"
            name="name"
            maxLength={100}
            autoComplete="off"
            required
            hint="What will use it."
            error={problems.name}
          />
          <TextField
            label="Spending limit in USD"
            name="limitUsd"
            inputMode="decimal"
            autoComplete="off"
            hint="Optional. The key stops when it is spent."
            error={problems.limitUsd}
          />
          <SelectField
            label="Expires"
            name="expiresAt"
            defaultValue=""
            hint="It can be disabled at any time."
            error={problems.expiresAt}
            choices={[
              { value: '', label: 'Never' },
              { value: '30', label: 'In 30 days' },
              { value: '90', label: 'In 90 days' },
              { value: '365', label: 'In a year' },
            ]}
          />
        </div>
        <div className="mt-4">
          <CheckField
            label="Strict conversion"
            name="strictConversion"
            hint="Where a channel speaks another protocol, a request that cannot be translated whole is refused. Otherwise it is served, and what was lost is named."
            error={problems.strictConversion}
          />
        </div>
        <div className="mt-5 flex gap-2">
          <Button look="primary" type="submit" busy={busy}>
            Create key
          </Button>
          <Button look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </form>
    </Card>
  );
}
