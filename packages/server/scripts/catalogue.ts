import type { PriceSheet } from '@tollgate/contract/price';
import { readFileSync } from 'node:fs';
import type { CatalogueLine } from '../src/data/listed-model.ts';
import { vendors } from '../src/data/vendors.ts';

/** A model that the catalogue has not, and what its vendor's pages say of it. */
export type Beside = {
  readonly model: string;
  readonly by: string;
  readonly at: string;
  readonly operations: readonly string[];
  readonly price?: PriceSheet;
};

const openai = { by: 'openai' } as const;

/** The catalogue lists models that converse; of the others these are asked for most. https://platform.openai.com/docs/models */
export const besideTheCatalogue: readonly Beside[] = [
  // For nothing: https://platform.openai.com/docs/models/omni-moderation-latest
  ...['omni-moderation-latest', 'omni-moderation-2024-09-26'].map((model) => ({
    ...openai,
    model,
    at: '2024-09-26',
    operations: ['moderations'],
    price: { input: '0' },
  })),
  { ...openai, model: 'whisper-1', at: '2023-03-01', operations: ['transcriptions'] },
  { ...openai, model: 'gpt-4o-transcribe', at: '2025-03-20', operations: ['transcriptions'] },
  { ...openai, model: 'gpt-4o-mini-transcribe', at: '2025-03-20', operations: ['transcriptions'] },
  { ...openai, model: 'gpt-4o-transcribe-diarize', at: '2025-10-15', operations: ['transcriptions'] },
  { ...openai, model: 'tts-1', at: '2023-11-06', operations: ['speech'] },
  { ...openai, model: 'tts-1-hd', at: '2023-11-06', operations: ['speech'] },
  { ...openai, model: 'gpt-4o-mini-tts', at: '2025-03-20', operations: ['speech'] },
  { ...openai, model: 'dall-e-2', at: '2022-11-03', operations: ['images'] },
  { ...openai, model: 'dall-e-3', at: '2023-11-06', operations: ['images'] },
];

/** A catalogue of models, one JSON object a line, as extracted from models.dev (MIT). */
export function readCatalogue(path: string): readonly CatalogueLine[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CatalogueLine);
  const unknown = new Set(lines.map((line) => line.provider).filter((provider) => !vendors.includes(provider)));
  if (unknown.size > 0) throw new Error(`vendors without a place in the order: ${[...unknown].join(', ')}`);
  return lines;
}
