import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { JsonDeclaration, Sent } from '@tollgate/contract/operations/declare';
import type { OperationName, Operations } from '@tollgate/contract/operations/list';
import { showToast, type ToastWords } from '../components/ui/toast-queue.ts';
import { api, type Answer } from './api.ts';
import type { Reasoned } from './client.ts';

/**
 * The one way to call an operation of the contract from a component: `useOperation` reads, `usePages` reads a list that goes
 * on, `useAction` writes. Keys of the cache are the operation's name and what it was asked with, so that an action can name
 * what it changes without knowing who shows it.
 */

/** The operations that answer with JSON. */
export type JsonOperation = {
  readonly [N in OperationName]: Operations[N] extends JsonDeclaration ? N : never;
}[OperationName];

/** What an operation is asked with. */
export type Input<N extends OperationName> = Sent<Operations[N]>;

type AnyCall = (name: JsonOperation, input: object) => Promise<unknown>;
// The types of the call are checked where it is made; here only its name and its parts are left.
const call = api.call as AnyCall;

/** Where the answer is kept. With the name alone: every answer of that operation. */
export const operationKey = <N extends JsonOperation>(name: N, input?: Input<N>) =>
  input === undefined ? ([name] as const) : ([name, input] as const);

/** The query of a read, for loaders and prefetching. */
export const operationQuery = <N extends JsonOperation>(name: N, input?: Input<N>) =>
  queryOptions({
    queryKey: operationKey(name, input ?? ({} as Input<N>)),
    queryFn: async ({ signal }) => (await call(name, { ...(input as object), signal })) as Answer<N>,
  });

export type ReadOptions = {
  /** False asks nothing yet, such as without the permission. */
  readonly enabled?: boolean;
  /** Asks again while the page is looked at. */
  readonly refreshMs?: number | false;
  /** How long an answer is as good as new. */
  readonly freshMs?: number;
  /** Shows the answer to the last question until the next one is there: for filters and pages. */
  readonly keep?: boolean;
};

/** Reads. `error` is an {@link ApiError}; show it with `ErrorState`. */
export function useOperation<N extends JsonOperation>(
  name: N,
  ...[input, options = {}]: Record<never, never> extends Input<N>
    ? [input?: Input<N>, options?: ReadOptions]
    : [input: Input<N>, options?: ReadOptions]
): UseQueryResult<Answer<N>> {
  const { enabled = true, refreshMs = false, freshMs, keep = false } = options;
  const query = operationQuery(name, input);
  return useQuery<Answer<N>>({
    queryKey: query.queryKey,
    queryFn: async ({ signal }) => (await call(name, { ...(input as object), signal })) as Answer<N>,
    enabled,
    refetchInterval: refreshMs,
    ...(freshMs !== undefined && { staleTime: freshMs }),
    ...(keep && { placeholderData: keepPreviousData }),
  } as Parameters<typeof useQuery<Answer<N>>>[0]);
}

/** The operations that answer with a page of rows. */
type PagedOperation = {
  readonly [N in JsonOperation]: Answer<N> extends { readonly data: readonly unknown[]; readonly next: string | null }
    ? N
    : never;
}[JsonOperation];
type RowOf<N extends PagedOperation> = Answer<N> extends { readonly data: readonly (infer R)[] } ? R : never;
type AnyPage = { readonly data: readonly unknown[]; readonly next: string | null };

export type Pages<Row> = {
  /** Undefined until the first page is there. */
  readonly rows: readonly Row[] | undefined;
  readonly error: Error | null;
  readonly loading: boolean;
  readonly more: boolean;
  readonly loadingMore: boolean;
  loadMore(): void;
  retry(): void;
  /** Forgets all pages but the first, and reads that one again. */
  restart(): void;
};

/** Reads a list whose pages follow each other by their cursor, as far as somebody scrolls. */
export function usePages<N extends PagedOperation>(
  name: N,
  input: Input<N>,
  options: ReadOptions = {},
): Pages<RowOf<N>> {
  const { enabled = true, refreshMs = false, keep = true } = options;
  const queries = useQueryClient();
  const queryKey = [...operationKey(name, input), 'pages'];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) => {
      const asked: { readonly query?: object } = input;
      const after = pageParam === undefined ? {} : { after: pageParam };
      return (await call(name, { ...asked, query: { ...asked.query, ...after }, signal })) as AnyPage;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    enabled,
    refetchInterval: refreshMs,
    ...(keep && { placeholderData: keepPreviousData }),
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.data as readonly RowOf<N>[]),
    error: query.error,
    loading: query.isPending,
    more: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage({ cancelRefetch: false }),
    retry: () => void query.refetch(),
    restart: () => {
      queries.setQueryData<InfiniteData>(
        queryKey,
        (all) => all && { pages: all.pages.slice(0, 1), pageParams: all.pageParams.slice(0, 1) },
      );
      void query.refetch();
    },
  };
}

/** Changes answers that are in the cache, before the gateway has said yes. */
export type Optimism = {
  /** Changes every answer of an operation that is kept. */
  update<N extends JsonOperation>(name: N, change: (answer: Answer<N>) => Answer<N>): void;
};

export type ActionOptions<N extends JsonOperation> = {
  /** What to show at once; it is taken back when the call fails. */
  readonly optimistic?: (input: Input<N>, cache: Optimism) => void;
  /** Operations whose answers the call makes old. */
  readonly invalidates?: readonly JsonOperation[];
  /** Said when it is done. */
  readonly done?: (answer: Answer<N>, input: Input<N>) => ToastWords | undefined;
  /** Said when it failed, above the gateway's own words. Without it the caller shows `error` where it belongs. */
  readonly failed?: string | ((input: Input<N>) => string);
};

export type Action<N extends JsonOperation> = {
  /** Calls; resolves to the answer, or to undefined when it failed, which `error` and the toast tell. */
  run(input: Input<N> & Reasoned): Promise<{ readonly answer: Answer<N> } | undefined>;
  readonly busy: boolean;
  readonly error: Error | null;
  reset(): void;
};

/** Writes. What it answers, how it fails, what it makes old and how it is undone are said where it is used. */
export function useAction<N extends JsonOperation>(name: N, options: ActionOptions<N> = {}): Action<N> {
  const queries = useQueryClient();
  const { optimistic, invalidates = [], done, failed } = options;
  const mutation = useMutation({
    mutationFn: async (input: Input<N>) => (await call(name, input as object)) as Answer<N>,
    onMutate: async (input) => {
      if (optimistic === undefined) return undefined;
      const touched = remember(queries);
      // An answer that is under way would overwrite what is shown.
      optimistic(input, touched.cache);
      await queries.cancelQueries({ predicate: ({ queryKey: [operation] }) => touched.names.has(String(operation)) });
      return touched;
    },
    onError: (error, input, touched) => {
      touched?.restore();
      if (failed !== undefined)
        showToast({ tone: 'danger', title: typeof failed === 'string' ? failed : failed(input), error });
    },
    onSuccess: (answer, input) => {
      const words = done?.(answer, input);
      if (words !== undefined) showToast(words);
    },
    onSettled: async () => {
      await Promise.all(invalidates.map((operation) => queries.invalidateQueries({ queryKey: [operation] })));
    },
  });
  return {
    run: async (input) => {
      try {
        return { answer: await mutation.mutateAsync(input) };
      } catch {
        return undefined;
      }
    },
    busy: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  };
}

type InfiniteData = { readonly pages: readonly unknown[]; readonly pageParams: readonly unknown[] };

/** Keeps what optimism changes, to put it back. */
function remember(queries: QueryClient) {
  const before = new Map<string, readonly [key: readonly unknown[], data: unknown]>();
  const names = new Set<string>();
  const cache: Optimism = {
    update: (name, change) => {
      names.add(name);
      for (const [key, data] of queries.getQueriesData({ queryKey: [name] })) {
        if (data === undefined) continue;
        const place = JSON.stringify(key);
        if (!before.has(place)) before.set(place, [key, data]);
        const changed = (answer: unknown): unknown => change(answer as Parameters<typeof change>[0]);
        queries.setQueryData(key, isInfinite(data) ? { ...data, pages: data.pages.map(changed) } : changed(data));
      }
    },
  };
  return {
    cache,
    names,
    restore: () => {
      for (const [key, data] of before.values()) queries.setQueryData(key, data);
    },
  };
}

const isInfinite = (data: unknown): data is InfiniteData =>
  typeof data === 'object' && data !== null && 'pages' in data && 'pageParams' in data;
