import type { PriceSheet } from '@tollgate/contract/price';
import json from './prices.json' with { type: 'json' };

/** What is known of a model: who made it, when it came out, its largest output, its price where one is known. */
export type CatalogueModel = {
  readonly by: string;
  readonly at: string;
  readonly max?: number;
  readonly price?: PriceSheet;
  /** Pages of the vendor's that say what the catalogue's source does not, and the ISO date from which the price is, where it is not the catalogue's. */
  readonly from?: readonly string[];
  readonly asOf?: string;
};

export type Catalogue = {
  readonly source: string;
  readonly asOf: string;
  readonly models: Readonly<Record<string, CatalogueModel>>;
};

/** The prices Tollgate comes with; made by `packages/server/scripts/build-catalogue.ts`, explained in docs/configuration.md. */
export const catalogue: Catalogue = json;
