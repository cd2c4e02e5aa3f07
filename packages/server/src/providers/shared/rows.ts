import { z } from 'zod';
import { openaiResponsesDialect } from './openai-responses.ts';

/** What rows of compatible vendors have in common. */
export const chat = ['chat'] as const;
export const chatAndCompletions = ['chat', 'completions'] as const;
export const chatAndEmbeddings = ['chat', 'embeddings'] as const;
export const textAndEmbeddings = ['chat', 'completions', 'embeddings'] as const;
export const textAndVectors = ['chat', 'completions', 'embeddings', 'rerank'] as const;
export const embeddings = ['embeddings'] as const;
export const audio = ['speech', 'transcriptions'] as const;

/** Responses at OpenAI's path, of a vendor that keeps no answers, counts no tokens and shortens nothing. */
export const responses = openaiResponsesDialect({ paths: { chat: '/responses' } });

/** A part of the base URL's host, or all of it. */
export const hostSetting = (label: string, placeholder: string) =>
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i, 'must be a host name, without https:// and without a path')
    .meta({ label, placeholder });
