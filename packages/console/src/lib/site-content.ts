import { useOperation } from './operations.ts';

/** What administrators have written for everybody: read once in a while, because it seldom changes. */
export const useSiteContent = () => useOperation('site.content', {}, { freshMs: 60_000, refreshMs: 300_000 });

/** The pages that are written in Markdown, by their addresses. */
export const writtenPages = ['about', 'faq', 'terms', 'privacy'] as const;
