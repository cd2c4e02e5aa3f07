import type { Family } from './family.ts';

/** Amazon's; the second generation reasons, and has tools of its own. */
export const nova: Family = {
  id: 'nova',
  read({ whole }) {
    if (!/(?:^|[.:/])(?:amazon\.)?nova-/.test(whole)) return undefined;
    const second = whole.includes('nova-2-');
    return {
      family: 'nova',
      version: second ? 200 : 100,
      cachePoints: { inTools: false, hour: false },
      ...(second ? { reasoning: { by: 'effort', efforts: undefined, always: false } } : {}),
    };
  },
};
