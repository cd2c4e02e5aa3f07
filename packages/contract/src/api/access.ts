/**
 * Who may call which operation of the admin API: the one table. An operation that is missing here cannot be served;
 * the server refuses to start with it.
 *
 * - `public`: anybody
 * - `self`: whoever is signed in, on what is theirs; the handler narrows every query to the caller
 * - `admin`: roles admin and root
 * - `root`: role root
 */
export type Access = 'public' | 'self' | 'admin' | 'root';

export const access = {
  'site.read': 'public',
  'setup.read': 'public',
  'setup.create': 'public',
  'session.create': 'public',
  'registration.create': 'public',

  'me.read': 'self',
  'me.update': 'self',
  'me.password': 'self',
  'session.delete': 'self',
  'sessions.list': 'self',
  'sessions.delete': 'self',
  'keys.list': 'self',
  'keys.create': 'self',
  'keys.read': 'self',
  'keys.update': 'self',
  'keys.delete': 'self',
  'tokens.list': 'self',
  'tokens.create': 'self',
  'tokens.delete': 'self',
  'requests.list': 'self',
  'requests.read': 'self',
  'usage.read': 'self',
  'statement.read': 'self',

  'users.list': 'admin',
  'users.create': 'admin',
  'users.read': 'admin',
  'users.update': 'admin',
  'users.credit': 'admin',
  'providers.list': 'admin',
  'channels.list': 'admin',
  'channels.create': 'admin',
  'channels.read': 'admin',
  'channels.update': 'admin',
  'channels.delete': 'admin',
  'models.list': 'admin',
  'models.create': 'admin',
  'models.read': 'admin',
  'models.update': 'admin',
  'models.delete': 'admin',
  'groups.list': 'admin',
  'groups.create': 'admin',
  'groups.read': 'admin',
  'groups.update': 'admin',
  'groups.delete': 'admin',
  'settings.list': 'admin',
  'status.read': 'admin',
  'audit.list': 'admin',

  'settings.update': 'root',
} as const satisfies Record<string, Access>;

/** The name of an operation of the admin API. */
export type OperationName = keyof typeof access;
