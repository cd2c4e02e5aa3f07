import type { AdminDeps } from './admin-deps.ts';
import { auditOperations } from './audit-log.ts';
import { channelOperations } from './channels.ts';
import { groupOperations } from './groups.ts';
import { keyOperations } from './keys.ts';
import { modelOperations } from './models.ts';
import type { Operation } from './operation.ts';
import { requestOperations } from './requests.ts';
import { sessionOperations } from './sessions.ts';
import { settingOperations } from './settings.ts';
import { siteOperations } from './site.ts';
import { tokenOperations } from './tokens.ts';
import { userOperations } from './users.ts';

/** Every operation of the admin API. */
export const adminOperations = (deps: AdminDeps): readonly Operation[] => [
  ...siteOperations(deps),
  ...sessionOperations(deps),
  ...keyOperations(deps),
  ...tokenOperations(deps),
  ...requestOperations(deps),
  ...userOperations(deps),
  ...channelOperations(deps),
  ...modelOperations(deps),
  ...groupOperations(deps),
  ...settingOperations(deps),
  ...auditOperations(deps),
];
