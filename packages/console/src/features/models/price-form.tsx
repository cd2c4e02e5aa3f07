import type { ModelView } from '@tollgate/contract/api/configuration';
import { priceSchema, type PriceSheet } from '@tollgate/contract/price';
import { useState, type FormEvent } from 'react';
import { errorOf } from '../../lib/error-of.ts';
import { LeaveGuard } from '../../components/form/guard.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { TextArea } from '../../components/ui/text-field.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { useRights } from '../../lib/session.ts';
import { ConditionalFields } from './conditional-fields.tsx';
import { PriceFields } from './price-fields.tsx';
import { TierFields } from './tier-fields.tsx';
import { useSavePrice } from './use-save-price.ts';
import { useModelWords } from './words.ts';

type PriceFormProps = { readonly name: string; readonly model: ModelView | undefined };

/** The price, rate by rate; one with conditions as the text it is. A saved change is a new version, in force at once. */
export function PriceForm({ name, model }: PriceFormProps) {
  const t = useModelWords();
  const rights = useRights();
  const save = useSavePrice();
  const before: PriceSheet = model?.current?.price ?? {};
  const [price, setPrice] = useState<PriceSheet>(before);
  const [all, setAll] = useState(false);
  const [text, setText] = useState(() => JSON.stringify(before, null, 2));
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const [asText, setAsText] = useState(false);
  const { rates } = price;
  const written = asText ? parsed(text) : price;
  const problem = written === undefined ? t('notJson') : problemOf(written);
  const owner = model?.owner ?? undefined;
  const locked = !rights.may('models:write') || owner !== undefined;
  const dirty = asText ? text !== JSON.stringify(before, null, 2) : JSON.stringify(price) !== JSON.stringify(before);
  const turn = (): void => {
    if (!asText) setText(JSON.stringify(price, null, 2));
    else if (written !== undefined) setPrice(written);
    setAsText(!asText);
  };

  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (written === undefined || problem !== undefined) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await save({ name, model }, written);
      showToast({ title: t('saved', { name }) });
    } catch (error) {
      setFailure(errorOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)} noValidate aria-label={t('price')}>
      <LeaveGuard unsaved={dirty && !busy} />
      <Card
        title={t('price')}
        description={t(price.expression === undefined ? 'priceWhat' : 'priceByExpressionWhat')}
        {...(!locked && {
          footer: (
            <>
              {(rates !== undefined || asText) && (
                <Button look="quiet" isDisabled={problem !== undefined} onPress={turn}>
                  {t(asText ? 'asFields' : 'asText')}
                </Button>
              )}
              {!asText && !all && rates === undefined && (
                <Button look="quiet" onPress={() => setAll(true)}>
                  {t(price.expression === undefined ? 'allRates' : 'allCounts')}
                </Button>
              )}
              <Button look="primary" type="submit" busy={busy} isDisabled={!dirty || problem !== undefined}>
                {t('save')}
              </Button>
            </>
          ),
        })}
      >
        <div className="grid gap-4">
          {failure !== undefined && <ErrorNotice title={t('notSaved')} error={failure} />}
          {owner !== undefined && <Notice tone="info" title={t('ownedBy', { file: owner.replace(/^file:/, '') })} />}
          {asText ? (
            <TextArea
              label={t('sheet')}
              help={t('sheetHelp')}
              code
              rows={14}
              value={text}
              onChange={setText}
              error={dirty ? problem : undefined}
              isDisabled={locked}
            />
          ) : rates !== undefined ? (
            <>
              {problem !== undefined && dirty && <Notice tone="danger" title={problem} />}
              <ConditionalFields
                rates={rates}
                onChange={(next) => setPrice({ ...price, rates: [...next] })}
                locked={locked}
              />
            </>
          ) : (
            <>
              <PriceFields price={price} onChange={setPrice} all={all} locked={locked} />
              {price.expression === undefined && <TierFields price={price} onChange={setPrice} locked={locked} />}
            </>
          )}
        </div>
      </Card>
    </form>
  );
}

function parsed(text: string): PriceSheet | undefined {
  try {
    return JSON.parse(text) as PriceSheet;
  } catch {
    return undefined;
  }
}

/** The first thing that the contract has against a price, with its place. */
function problemOf(price: PriceSheet): string | undefined {
  const issue = priceSchema.safeParse(price).error?.issues[0];
  return issue === undefined
    ? undefined
    : [issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ');
}
