import type { webhooks } from '@tollgate/contract/webhooks';
import type { WebhookHandlers } from './webhook.ts';

/** What each declared webhook and callback does. One that is missing does not compile. */
export const webhookHandlers: WebhookHandlers<typeof webhooks> = {};
