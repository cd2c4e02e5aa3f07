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
  /** The vendor's pages that say so. */
  readonly from: readonly string[];
};

const openai = {
  by: 'openai',
  from: ['https://developers.openai.com/api/docs/pricing'],
} as const;
const sound = ['transcriptions', 'transcription-sessions'] as const;
const talk = ['realtime'] as const;

/** A model that holds sessions, or that hears and speaks: rates of text, of what is cached, and of sound. */
const spoken = (
  input: string,
  cacheRead: string,
  output: string,
  inputAudio: string,
  outputAudio: string,
): PriceSheet => ({
  input,
  ...(cacheRead !== '' && { cacheRead }),
  output,
  inputAudio,
  outputAudio,
});

/** Pictures by the tokens of what goes in and comes out; of what is cached the dearer rate, for it is not told which it was. */
const painted = (input: string, cacheRead: string, inputImage: string, output: string): PriceSheet => ({
  input,
  cacheRead,
  inputImage,
  output,
  outputImage: output,
});

/**
 * What the catalogue has not: it lists models that converse, and some of the others without a price. Of those that are asked for most,
 * what their vendors' pages say.
 */
export const besideTheCatalogue: readonly Beside[] = [
  // For nothing: https://platform.openai.com/docs/models/omni-moderation-latest
  ...['omni-moderation-latest', 'omni-moderation-2024-09-26'].map((model) => ({
    ...openai,
    model,
    at: '2024-09-26',
    operations: ['moderations'],
    price: { input: '0' },
  })),
  // Six thousandths of a dollar a minute.
  { ...openai, model: 'whisper-1', at: '2023-03-01', operations: ['transcriptions'], price: { perSecond: '0.0001' } },
  ...['gpt-4o-transcribe', 'gpt-4o-transcribe-diarize'].map((model) => ({
    ...openai,
    model,
    at: model.endsWith('diarize') ? '2025-10-15' : '2025-03-20',
    operations: sound,
    price: { input: '2.5', inputAudio: '6', output: '10' },
  })),
  {
    ...openai,
    model: 'gpt-4o-mini-transcribe',
    at: '2025-03-20',
    operations: sound,
    price: { input: '1.25', inputAudio: '3', output: '5' },
  },
  { ...openai, model: 'tts-1', at: '2023-11-06', operations: ['speech'], price: { perMillionCharacters: '15' } },
  { ...openai, model: 'tts-1-hd', at: '2023-11-06', operations: ['speech'], price: { perMillionCharacters: '30' } },
  {
    ...openai,
    model: 'gpt-4o-mini-tts',
    at: '2025-03-20',
    operations: ['speech'],
    price: { input: '0.6', output: '12', outputAudio: '12' },
  },
  {
    ...openai,
    model: 'dall-e-2',
    at: '2022-11-03',
    operations: ['images'],
    price: {
      rates: [
        { when: { size: '256x256' }, perImage: '0.016' },
        { when: { size: '512x512' }, perImage: '0.018' },
        { perImage: '0.02' },
      ],
    },
  },
  {
    ...openai,
    model: 'dall-e-3',
    at: '2023-11-06',
    operations: ['images'],
    price: {
      rates: [
        { when: { quality: 'hd', size: ['1024x1792', '1792x1024'] }, perImage: '0.12' },
        { when: { quality: 'hd' }, perImage: '0.08' },
        { when: { size: ['1024x1792', '1792x1024'] }, perImage: '0.08' },
        { perImage: '0.04' },
      ],
    },
  },
  { ...openai, model: 'gpt-image-1', at: '2025-04-24', operations: ['images'], price: painted('5', '2.5', '10', '40') },
  {
    ...openai,
    model: 'gpt-image-1-mini',
    at: '2025-09-26',
    operations: ['images'],
    price: painted('2', '0.25', '2.5', '8'),
  },
  ...['gpt-image-1.5', 'chatgpt-image-latest'].map((model) => ({
    ...openai,
    model,
    at: '2025-12-16',
    operations: ['images'],
    price: painted('5', '2', '8', '32'),
  })),
  { ...openai, model: 'gpt-realtime', at: '2025-08-28', operations: talk, price: spoken('4', '0.4', '16', '32', '64') },
  {
    ...openai,
    model: 'gpt-realtime-mini',
    at: '2025-10-06',
    operations: talk,
    price: spoken('0.6', '0.06', '2.4', '10', '20'),
  },
  { ...openai, model: 'gpt-audio', at: '2025-08-28', operations: ['chat'], price: spoken('2.5', '', '10', '32', '64') },
  {
    ...openai,
    model: 'gpt-audio-mini',
    at: '2025-10-06',
    operations: ['chat'],
    price: spoken('0.6', '', '2.4', '10', '20'),
  },
  {
    ...openai,
    model: 'sora-2',
    at: '2025-10-06',
    operations: ['videos'],
    price: { perSecond: '0.1' },
  },
  {
    by: 'cohere',
    from: ['https://cohere.com/pricing'],
    model: 'rerank-v3.5',
    at: '2024-12-02',
    operations: ['rerank'],
    price: { perSearch: '0.002' },
  },
  {
    by: 'cohere',
    from: ['https://cohere.com/pricing'],
    model: 'embed-v4.0',
    at: '2025-04-15',
    operations: ['embeddings'],
    price: { input: '0.12', inputImage: '0.47' },
  },
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
