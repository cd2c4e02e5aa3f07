import type { Permission } from '@tollgate/contract/permissions';
import type { QueryClient } from '@tanstack/react-query';
import { KeyRound, ScrollText, Users, SlidersHorizontal, Waypoints, Boxes, type LucideIcon } from 'lucide-react';
import { loadWords, wordsOf } from '../../lib/i18n.ts';
import { operationQuery } from '../../lib/operations.ts';
import { callOf } from '../../lib/person.ts';

/** Something that was found: a thing with a page, or the list that it is in. */
export type Found = {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly icon: LucideIcon;
  /** Its own page, where there is one; otherwise its list, with what the list is narrowed by. */
  readonly page: {
    readonly to: `/${string}`;
    readonly params: Readonly<Record<string, string>>;
    readonly search?: Readonly<Record<string, string>>;
  };
  readonly list: { readonly to: `/${string}`; readonly search?: Readonly<Record<string, string>> };
};

type Finder = {
  readonly permission: Permission;
  /** Whether what was typed can be one of these at all. */
  readonly fits: (text: string) => boolean;
  find(queries: QueryClient, text: string): Promise<readonly Found[]>;
};

const freshMs = 30_000;
const most = 5;
const contains = (text: string, ...in_: readonly (string | null | undefined)[]): boolean =>
  in_.some((one) => one?.toLowerCase().includes(text.toLowerCase()) === true);

/** What the palette looks for beside pages and commands: each kind of thing by the operation that lists it. */
export const finders: readonly Finder[] = [
  {
    permission: 'requests:read',
    fits: (text) => /^req_\w{8,}$/.test(text),
    find: async (queries, text) => {
      const request = await queries.fetchQuery(operationQuery('requests.read', { params: { id: text } }));
      return [
        {
          id: request.id,
          label: request.id,
          detail: `${request.model} · ${request.status}`,
          icon: ScrollText,
          page: { to: '/requests/$id', params: { id: request.id } },
          list: { to: '/requests', search: { model: request.model } },
        },
      ];
    },
  },
  {
    permission: 'keys:read',
    fits: (text) => text.length > 1,
    find: async (queries, text) => {
      const { data } = await queries.fetchQuery({
        ...operationQuery('keys.list', { query: { limit: 200 } }),
        staleTime: freshMs,
      });
      return data
        .filter((key) => contains(text, key.name, key.id, `${key.prefix}…${key.lastFour}`))
        .slice(0, most)
        .map((key) => ({
          id: key.id,
          label: key.name,
          detail: `${key.prefix}…${key.lastFour}`,
          icon: KeyRound,
          page: { to: '/keys/$id', params: { id: key.id } },
          list: { to: '/keys' },
        }));
    },
  },
  {
    permission: 'users:read',
    fits: (text) => text.length > 1,
    find: async (queries, text) => {
      const { data } = await queries.fetchQuery({
        ...operationQuery('users.list', { query: { email: text.toLowerCase(), limit: most } }),
        staleTime: freshMs,
      });
      return data.map((user) => ({
        id: user.id,
        label: callOf(user),
        detail: user.name,
        icon: Users,
        page: { to: '/users/$id', params: { id: user.id } },
        list: { to: '/users', search: { email: user.email ?? '' } },
      }));
    },
  },
  {
    permission: 'channels:read',
    fits: (text) => text.length > 1,
    find: async (queries, text) => {
      const { data } = await queries.fetchQuery({ ...operationQuery('channels.list'), staleTime: freshMs });
      return data
        .filter((channel) => contains(text, channel.name, channel.id, channel.provider))
        .slice(0, most)
        .map((channel) => ({
          id: channel.id,
          label: channel.name,
          detail: channel.provider,
          icon: Waypoints,
          page: { to: '/channels/$id', params: { id: channel.id } },
          list: { to: '/channels' },
        }));
    },
  },
  {
    permission: 'models:read',
    fits: (text) => text.length > 1,
    find: async (queries, text) => {
      const { data } = await queries.fetchQuery({ ...operationQuery('models.list'), staleTime: freshMs });
      return data
        .filter((model) => contains(text, model.name))
        .slice(0, most)
        .map((model) => ({
          id: `model ${model.name}`,
          label: model.name,
          icon: Boxes,
          page: { to: '/models/$name', params: { name: model.name } },
          list: { to: '/models' },
        }));
    },
  },
  {
    permission: 'settings:read',
    fits: (text) => text.length > 2,
    find: async (queries, text) => {
      await loadWords(['setting-leaves']);
      const say = wordsOf('setting-leaves');
      const { data } = await queries.fetchQuery({ ...operationQuery('settings.list'), staleTime: freshMs });
      return data
        .map(({ path, description }) => {
          const key = `name.${path.replaceAll('.', '_')}`;
          const name = say(key);
          // One of a newer gateway has no name here yet.
          return { path, description, label: name === key ? path : name };
        })
        .filter(({ path, description, label }) => contains(text, path, description, label))
        .slice(0, most)
        .map(({ path, label }) => ({
          id: `setting ${path}`,
          label,
          detail: path,
          icon: SlidersHorizontal,
          page: { to: '/settings', params: {}, search: { q: path } },
          list: { to: '/settings', search: { q: path } },
        }));
    },
  },
];
