import { lostSignatures } from './columns.ts';
import type { Row } from './stage.ts';

/** Why a cell of the matrix is not ok. */
export type Reason = {
  readonly clients: readonly string[] | 'all';
  /** Upstream protocols; all when left out. */
  readonly rows?: readonly Row[];
  readonly columns: readonly string[];
  readonly why: string;
  /** A part of what the cell fails with; undefined for a cell that cannot be tried. */
  readonly failure: string | undefined;
};

const signed = ['signed', 'signed~'];

/** Every cell that is not ok. One that fails otherwise than is said here, or does not fail at all, fails the matrix. */
export const reasons: readonly Reason[] = [
  {
    clients: ['langchain google'],
    rows: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-interactions'],
    columns: ['signed~'],
    why: 'Of a stream LangChain gives back neither the signature that stands on an empty piece of thought nor the id of the call. Nobody refuses, but the reasoning is lost.',
    failure: lostSignatures,
  },
  {
    clients: ['ai openai.chat', 'langchain openai'],
    rows: ['openai-chat'],
    columns: signed,
    why: 'The SDK gives no signatures back over Chat, not to OpenRouter itself either.',
    failure: lostSignatures,
  },
  {
    clients: ['openai chat', 'python openai chat'],
    rows: ['openai-chat'],
    columns: ['signed~'],
    why: 'OpenAI’s stream helper keeps only the last piece of OpenRouter’s reasoning_details, without a gateway too.',
    failure: 'Invalid signature',
  },
  {
    clients: ['openai chat', 'langchain openai', 'python openai chat'],
    rows: ['openai-responses'],
    columns: ['think', 'think~'],
    why: 'Chat has no word to ask OpenAI for summaries with, and OpenAI refuses those who ask without a verified organisation.',
    failure: 'expect(received).toBe(expected)',
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
  {
    clients: ['openai chat'],
    rows: ['deepseek'],
    columns: ['signed~'],
    why: 'OpenAI’s stream helper keeps only the last piece of reasoning_content, without a gateway too.',
    failure: lostSignatures,
  },
  {
    clients: ['ai openai.chat', 'langchain openai'],
    rows: ['deepseek'],
    columns: signed,
    why: 'The SDK gives no reasoning back over Chat, not to DeepSeek itself either.',
    failure: lostSignatures,
  },
  {
    clients: ['ai openai'],
    rows: ['deepseek'],
    columns: signed,
    why: 'The AI SDK gives back only reasoning that is signed, and DeepSeek signs none.',
    failure: lostSignatures,
  },
  {
    clients: ['ai anthropic'],
    rows: ['deepseek'],
    columns: ['signed~'],
    why: 'Of a stream the AI SDK gives back only reasoning that is signed, and DeepSeek signs none.',
    failure: lostSignatures,
  },
  {
    clients: ['openai chat', 'ai openai.chat', 'langchain openai', 'python openai chat'],
    rows: ['deepseek'],
    columns: ['schema'],
    why: 'DeepSeek has JSON, but no schemas, and what is of one protocol passes as it is: https://api-docs.deepseek.com/guides/json_mode',
    failure: 'This response_format type is unavailable now',
  },
  {
    clients: 'all',
    rows: ['deepseek'],
    columns: ['image'],
    why: 'DeepSeek sees no pictures: https://api-docs.deepseek.com/api/create-chat-completion',
    failure: 'unknown variant `image_url`',
  },
];
