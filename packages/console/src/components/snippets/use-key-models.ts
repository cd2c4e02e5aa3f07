import { useQuery } from '@tanstack/react-query';
import { addressOf } from '../../lib/base.ts';

/** The models that this very key may use, asked with it; undefined until it is known. */
export function useKeyModels(secret: string): readonly string[] | undefined {
  const { data } = useQuery({
    queryKey: ['models-of-key', secret.slice(-4)],
    queryFn: async ({ signal }): Promise<readonly string[]> => {
      const response = await fetch(addressOf('v1/models'), {
        headers: { authorization: `Bearer ${secret}` },
        credentials: 'omit',
        signal,
      });
      const list = (await response.json()) as { readonly data?: readonly { readonly id: string }[] };
      return list.data?.map(({ id }) => id) ?? [];
    },
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  return data;
}
