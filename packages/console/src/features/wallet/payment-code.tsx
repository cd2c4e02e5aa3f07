import { useMemo } from 'react';
import { renderSVG } from 'uqr';
import { OuterLink } from '../../components/ui/link.tsx';
import { useWalletWords } from './words.ts';

/** A code that the payer's app scans; on the phone itself the app is opened by a link. */
export function PaymentCode({ text, price }: { readonly text: string; readonly price: string }) {
  const t = useWalletWords();
  const image = useMemo(() => `data:image/svg+xml,${encodeURIComponent(renderSVG(text, { border: 1 }))}`, [text]);
  return (
    <div className="mt-2 grid justify-items-start gap-2">
      <p>{t('order.scan', { price })}</p>
      {/* Dark on light in either theme: cameras want it so. */}
      <img alt={t('order.code')} className="size-48 rounded-md bg-white p-2" src={image} />
      {/^https?:/.test(text) && <OuterLink href={text}>{t('order.openApp')}</OuterLink>}
    </div>
  );
}
