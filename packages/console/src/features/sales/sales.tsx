import { Invoices } from '../../components/invoices/invoices.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Tabs } from '../../components/ui/tabs.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { Callbacks } from './callbacks.tsx';
import { Codes } from './codes.tsx';
import { Methods } from './methods.tsx';
import { Orders } from './orders.tsx';
import { Promotions } from './promotions.tsx';
import { Redemptions } from './redemptions.tsx';
import { SaleTerms } from './sale-terms.tsx';
import { TopUpKeys } from './top-up-keys.tsx';
import { useSaleWords } from './words.ts';

const searchSchema = z.object({
  tab: z
    .enum(['codes', 'redemptions', 'orders', 'invoices', 'callbacks', 'methods', 'topUps', 'promotions', 'terms'])
    .default('codes'),
});

/** How credit comes in: codes, orders and the ways to pay, and the terms under which anything is sold at all. */
export default function SalesPage() {
  const t = useSaleWords();
  const [{ tab }, change] = useSearchState(searchSchema);
  const terms = useOperation('saleTerms.read');
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      {terms.data?.open === false && tab !== 'terms' && (
        <div className="mb-4">
          <Notice
            tone="warn"
            title={t('closed')}
            actions={<Button onPress={() => change({ tab: 'terms' })}>{t('readTerms')}</Button>}
          >
            {t('closedWhat')}
          </Notice>
        </div>
      )}
      <Tabs
        label={t('title')}
        value={tab}
        onChange={(next) => change({ tab: next })}
        tabs={[
          { id: 'codes', label: t('tab.codes'), content: () => <Codes open={terms.data?.open === true} /> },
          { id: 'redemptions', label: t('tab.redemptions'), content: () => <Redemptions /> },
          { id: 'orders', label: t('tab.orders'), content: () => <Orders /> },
          { id: 'invoices', label: t('tab.invoices'), content: () => <Invoices of="all" /> },
          { id: 'methods', label: t('tab.methods'), content: () => <Methods /> },
          { id: 'topUps', label: t('tab.topUps'), content: () => <TopUpKeys /> },
          { id: 'callbacks', label: t('tab.callbacks'), content: () => <Callbacks /> },
          { id: 'promotions', label: t('tab.promotions'), content: () => <Promotions /> },
          { id: 'terms', label: t('tab.terms'), content: () => <SaleTerms /> },
        ]}
      />
    </>
  );
}
