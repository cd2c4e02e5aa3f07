import { z } from 'zod';
import { forAdmins } from './kinds.ts';
import { leaf } from './leaf.ts';

const text = (max: number, fallback: string, description: string) =>
  leaf(
    z
      .string()
      .trim()
      .max(max)
      .regex(/^[\P{Cc}\n]*$/u, 'must not have control characters'),
    fallback,
    { ...forAdmins, unit: 'none', description },
  );

const prefix = (fallback: string, description: string) =>
  leaf(
    z
      .string()
      .regex(
        /^(?=.{1,30}$)[\w./-]*(?:\{year\}[\w./-]*)?$/,
        'must be letters, digits and . / -, with {year} at most once',
      ),
    fallback,
    { ...forAdmins, unit: 'none', description },
  );

/** What invoices say of who sells, and how they are numbered. */
export const invoices = {
  sellerName: text(200, '', 'Who sells, as invoices name them. Without it none are written.'),
  sellerAddress: text(500, '', 'Address of the seller; it may have several lines.'),
  sellerTaxId: text(40, '', 'Tax number of the seller, such as a VAT ID.'),
  taxName: text(20, 'VAT', 'What the tax is called.'),
  taxPercent: leaf(z.string().regex(/^\d{1,2}(\.\d{1,4})?$/, 'must be a percentage such as 20 or 8.5'), '0', {
    ...forAdmins,
    unit: 'percent',
    description: 'The tax that prices contain, in percent; 0 for none.',
  }),
  note: text(500, '', 'Printed below the sums, such as why no tax is charged.'),
  prefix: prefix(
    'INV-{year}-',
    'What numbers of invoices begin with; `{year}` is the year, and each series counts from 1.',
  ),
  creditNotePrefix: prefix('CN-{year}-', 'The same for credit notes. Equal ones share one series.'),
};
