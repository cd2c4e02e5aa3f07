import { lostSeals } from './columns.ts';
import type { Row } from './stage.ts';

/** Why a cell of the matrix is not ok. */
export type Reason = {
  readonly clients: readonly string[];
  /** Upstream protocols; all when left out. */
  readonly rows?: readonly Row[];
  readonly columns: readonly string[];
  readonly why: string;
  /** A part of what the cell fails with; undefined for a cell that cannot be tried. */
  readonly failure: string | undefined;
};

const sealed = ['sealed', 'sealed~'];

const kept = (clients: readonly string[], rows: readonly Row[], columns: readonly string[], what: string): Reason => ({
  clients,
  rows,
  columns,
  why: `${what}; to be kept on the server, which is hooked up later. Until then nobody refuses, but the thoughts are lost.`,
  failure: lostSeals,
});

/** Every cell that is not ok. One that fails otherwise than is said here, or does not fail at all, fails the matrix. */
export const reasons: readonly Reason[] = [
  kept(
    ['ai openai.chat', 'langchain openai'],
    ['anthropic-messages', 'gemini'],
    sealed,
    'The SDK gives no seals back over Chat',
  ),
  kept(
    ['openai chat'],
    ['anthropic-messages'],
    ['sealed~'],
    'OpenAI’s stream helper keeps only the last piece of a field it does not know',
  ),
  kept(
    ['anthropic', 'ai anthropic', 'langchain anthropic'],
    ['gemini'],
    sealed,
    'Messages has no place for the seal of a call, which is where Gemini’s stands',
  ),
  kept(
    ['langchain google'],
    ['openai-chat', 'anthropic-messages'],
    ['sealed~'],
    'LangChain drops the signature that stands on an empty piece of thought',
  ),
  {
    clients: ['ai openai.chat', 'langchain openai'],
    rows: ['openai-chat'],
    columns: sealed,
    why: 'The SDK gives no seals back over Chat, not to OpenRouter itself either.',
    failure: lostSeals,
  },
  {
    clients: ['openai chat'],
    rows: ['openai-chat'],
    columns: ['sealed~'],
    why: 'OpenAI’s stream helper keeps only the last piece of OpenRouter’s reasoning_details, without a gateway too.',
    failure: 'Invalid signature',
  },
  {
    clients: ['ai openai.chat'],
    columns: ['think', 'think~'],
    why: 'The SDK shows no reasoning over Chat.',
    failure: 'expect(received).toBe(expected)',
  },
  {
    clients: ['langchain openai'],
    rows: ['openai-chat'],
    columns: ['think', 'think~'],
    why: 'LangChain knows only reasoning_content, and OpenRouter says reasoning; what is of one protocol passes as it is.',
    failure: 'expect(received).toBe(expected)',
  },
  {
    clients: ['langchain google'],
    columns: ['abort'],
    why: 'Google’s retired SDK inside leaves a rejected promise to nobody when its stream is aborted, which ends the test run.',
    failure: undefined,
  },
];
