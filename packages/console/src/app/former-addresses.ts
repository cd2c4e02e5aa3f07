/**
 * Where people go who have kept an address of New API's console, of its present one or of the one before (`/console/…`).
 * The longest that fits counts.
 */
const former = new Map(
  Object.entries({
    '/console': '/home',
    '/console/token': '/keys',
    '/console/log': '/requests',
    '/console/channel': '/channels',
    '/console/models': '/models',
    '/console/deployment': '/models',
    '/console/user': '/users',
    '/console/redemption': '/sales',
    '/console/subscription': '/plans',
    '/console/topup': '/wallet',
    '/console/personal': '/account',
    '/console/setting': '/settings',
    '/console/playground': '/playground',
    '/console/chat': '/playground',
    '/console/midjourney': '/videos',
    '/console/task': '/videos',
    '/dashboard': '/home',
    '/dashboard/models': '/usage',
    '/dashboard/flow': '/usage',
    '/dashboard/users': '/usage',
    '/usage-logs': '/requests',
    '/usage-logs/drawing': '/videos',
    '/usage-logs/task': '/videos',
    '/profile': '/account',
    '/redemption-codes': '/sales',
    '/subscriptions': '/plans',
    '/system-info': '/system',
    '/system-settings': '/settings',
    '/chat': '/playground',
    '/login': '/',
    '/sign-in': '/',
    '/register': '/sign-up',
    '/forgot-password': '/forgot',
  }),
);

/** Our page for a path of theirs; undefined when it is none. */
export function formerAddress(path: string): string | undefined {
  for (let part = path.replace(/\/$/, ''); part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
    const found = former.get(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
