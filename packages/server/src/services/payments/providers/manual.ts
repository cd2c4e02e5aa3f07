import { z } from 'zod';
import { formatMinor } from '../../../domain/payment.ts';
import { CallbackRefused, defineAdapter } from '../adapter.ts';

/** Money that comes by a way of its own, such as a bank transfer; an administrator says when it is there. */
export const manual = defineAdapter({
  id: 'manual',
  label: 'Bank transfer or other, confirmed by hand',
  settings: z.strictObject({
    instructions: z.string().min(1).max(5000).describe('Where to send the money; shown to who buys.'),
  }),
  secrets: z.strictObject({}),
  callbackSecret: () => undefined,
  remote: false,
  thanks: '',
  async create({ settings }, order) {
    const sum = `${formatMinor(order.amount, order.currency)} ${order.currency}`;
    return {
      reference: undefined,
      next: { kind: 'instructions', text: `${settings.instructions}\n\n${sum}\n${order.id}` },
    };
  },
  async readCallback() {
    throw new CallbackRefused('this provider never calls');
  },
});
