import { Invoices } from '../../components/invoices/invoices.tsx';
import { useInvoiceWords } from '../../components/invoices/words.ts';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { BillingDetails } from './billing-details.tsx';

/** What I was invoiced, and whom it is made out to. */
export default function MyInvoicesPage() {
  const t = useInvoiceWords();
  return (
    <>
      <PageHeader title={t('title')} description={t('mine')} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Invoices of="me" />
        <BillingDetails />
      </div>
    </>
  );
}
