import type { ChannelView } from '@tollgate/contract/api/configuration';
import { CircleStop, FlaskConical, LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { Status } from '../../../components/ui/badge.tsx';
import { Button as BareButton } from '../../../components/ui/bare-button.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { SearchField } from '../../../components/ui/text-field.tsx';
import { Checkbox } from '../../../components/ui/toggles.tsx';
import { duration } from '../../../lib/format.ts';
import { useRights } from '../../../lib/session.ts';
import { useChannelWords } from '../words.ts';
import { cellKey, trialNames, useMatrix, type Cell, type Outcome, type TrialName } from './use-matrix.ts';

/** Endpoints that a small request can be made of; the empty one is chosen for each model. */
const endpoints = [
  '',
  'chat',
  'responses',
  'messages',
  'generate-content',
  'embeddings',
  'rerank',
  'moderations',
] as const;

/** Each model of a channel against what it may be asked: an answer, a stream, a tool, a picture. */
export function ChannelTests({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const rights = useRights();
  const writes = rights.may('channels:write');
  const [q, setQ] = useState('');
  const [columns, setColumns] = useState<ReadonlySet<TrialName>>(new Set(['answer', 'stream']));
  const [endpoint, setEndpoint] = useState<(typeof endpoints)[number]>('');
  const [account, setAccount] = useState('');
  const [looked, setLooked] = useState<Cell>();
  const { outcomes, left, run, stop } = useMatrix(channel.id, {
    ...(endpoint !== '' && { endpoint }),
    ...(account !== '' && { credential: Number(account) }),
  });
  const models = channel.models
    .map(({ name }) => name)
    .filter((name) => name.toLowerCase().includes(q.trim().toLowerCase()));
  const shown = trialNames.filter((name) => columns.has(name));
  const cellsOf = (names: readonly string[]): readonly Cell[] =>
    names.flatMap((model) => shown.map((trial) => ({ model, trial })));
  const result = looked && outcomes.get(cellKey(looked));
  return (
    <Card
      title={t('tab.tests')}
      description={t('tests.what')}
      padded={false}
      actions={
        left > 0 ? (
          <Button size="small" icon={CircleStop} onPress={stop}>
            {t('tests.stop', { count: left })}
          </Button>
        ) : (
          <Button
            size="small"
            icon={FlaskConical}
            isDisabled={!writes || models.length === 0 || shown.length === 0}
            onPress={() => void run(cellsOf(models))}
          >
            {t('tests.all', { count: models.length })}
          </Button>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3 border-b border-line px-4 py-3">
        <SearchField label={t('create.findModel')} placeholder={t('create.findModel')} value={q} onChange={setQ} />
        <Select
          inline
          label={t('tests.endpoint')}
          value={endpoint}
          choices={endpoints.map((value) => ({ value, label: value === '' ? t('tests.fitting') : value }))}
          onChange={setEndpoint}
        />
        {channel.credentials.length > 1 && (
          <Select
            inline
            label={t('tests.account')}
            value={account}
            choices={[
              { value: '', label: t('tests.firstAccount') },
              ...channel.credentials.map(({ index }) => ({
                value: String(index),
                label: t('accounts.name', { index }),
              })),
            ]}
            onChange={setAccount}
          />
        )}
        <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <legend className="sr-only">{t('tests.columns')}</legend>
          {trialNames.map((name) => (
            <Checkbox
              key={name}
              label={t(`tests.trial.${name}`)}
              value={columns.has(name)}
              onChange={(on) => setColumns(new Set(trialNames.filter((one) => (one === name ? on : columns.has(one)))))}
            />
          ))}
        </fieldset>
        {(columns.has('tools') || columns.has('vision')) && (
          <p className="w-full text-small text-muted">{t('tests.taken')}</p>
        )}
      </div>
      {looked !== undefined && result !== undefined && result !== 'asking' && (
        <div className="border-b border-line p-3">
          <Told cell={looked} outcome={result} />
        </div>
      )}
      {models.length === 0 ? (
        <EmptyState title={t('models.none')}>{t('models.noneWhat')}</EmptyState>
      ) : (
        <Matrix
          models={models}
          shown={shown}
          outcomes={outcomes}
          writes={writes}
          busy={left > 0}
          onRun={(cells) => void run(cells)}
          onLook={setLooked}
        />
      )}
    </Card>
  );
}

type MatrixProps = {
  readonly models: readonly string[];
  readonly shown: readonly TrialName[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly writes: boolean;
  readonly busy: boolean;
  readonly onRun: (cells: readonly Cell[]) => void;
  readonly onLook: (cell: Cell) => void;
};

function Matrix({ models, shown, outcomes, writes, busy, onRun, onLook }: MatrixProps) {
  const t = useChannelWords();
  return (
    <div className="max-h-[36rem] overflow-auto" tabIndex={0} role="region" aria-label={t('tests.table')}>
      <table className="w-full border-collapse text-sm">
        <thead className="sticky top-0 bg-surface text-small text-muted">
          <tr className="border-b border-line">
            <th scope="col" className="px-4 py-1.5 text-start font-normal">
              {t('requests.model')}
            </th>
            {shown.map((name) => (
              <th key={name} scope="col" className="px-3 py-1.5 text-start font-normal">
                {t(`tests.trial.${name}`)}
              </th>
            ))}
            <th scope="col" className="px-3 py-1.5">
              <span className="sr-only">{t('accounts.test')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model} className="border-b border-line last:border-b-0">
              <th scope="row" className="max-w-64 truncate px-4 py-1 text-start font-medium">
                {model}
              </th>
              {shown.map((trial) => (
                <td key={trial} className="px-3 py-1">
                  <OutcomeCell
                    label={t('tests.cell', { model, trial: t(`tests.trial.${trial}`) })}
                    outcome={outcomes.get(cellKey({ model, trial }))}
                    disabled={!writes}
                    onAsk={() => {
                      onLook({ model, trial });
                      onRun([{ model, trial }]);
                    }}
                    onLook={() => onLook({ model, trial })}
                  />
                </td>
              ))}
              <td className="px-3 py-1 text-end">
                <Button
                  size="small"
                  look="quiet"
                  isDisabled={!writes || busy}
                  onPress={() => onRun(shown.map((trial) => ({ model, trial })))}
                >
                  {t('accounts.test')}
                  <span className="sr-only"> {model}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type OutcomeCellProps = {
  readonly label: string;
  readonly outcome: Outcome | undefined;
  readonly disabled: boolean;
  readonly onAsk: () => void;
  readonly onLook: () => void;
};

/** Asks where it was not asked yet; says why where it went wrong. */
function OutcomeCell({ label, outcome, disabled, onAsk, onLook }: OutcomeCellProps) {
  if (outcome === 'asking')
    return (
      <span role="img" aria-label={label}>
        <LoaderCircle aria-hidden className="size-4 animate-spin text-muted" />
      </span>
    );
  return (
    <BareButton
      {...(outcome === undefined && { 'aria-label': label })}
      isDisabled={disabled && outcome === undefined}
      onPress={outcome === undefined ? onAsk : onLook}
      className="-ms-1 min-h-6 min-w-12 cursor-pointer rounded-sm px-1 text-start focus-visible:outline-2 focus-visible:outline-accent"
    >
      {outcome === undefined ? (
        <span className="text-muted">–</span>
      ) : 'error' in outcome ? (
        <Status tone="danger">!</Status>
      ) : outcome.ok ? (
        <Status tone="good">{duration(outcome.durationMs)}</Status>
      ) : (
        <Status tone="danger">{outcome.status === 0 ? '–' : outcome.status}</Status>
      )}
    </BareButton>
  );
}

function Told({ cell, outcome }: { readonly cell: Cell; readonly outcome: Exclude<Outcome, 'asking'> }) {
  const t = useChannelWords();
  const title = t('tests.cell', { model: cell.model, trial: t(`tests.trial.${cell.trial}`) });
  if ('error' in outcome)
    return (
      <Notice tone="danger" title={title}>
        {outcome.error.message}
      </Notice>
    );
  const { ok, status, durationMs, message, endpoint, upstreamModel, credential } = outcome;
  const facts = t('tests.facts', { endpoint, upstreamModel, credential, status, time: duration(durationMs) });
  return (
    <Notice tone={ok ? 'good' : 'danger'} title={title}>
      {message !== '' && <p>{message}</p>}
      <p className="text-muted">{facts}</p>
    </Notice>
  );
}
