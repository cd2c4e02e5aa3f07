import type { ProtocolId } from '@tollgate/wire/protocol';
import { shorten } from '@tollgate/wire/text';
import { ownerOf } from '../../domain/provider-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { KeyRecord, Snapshot } from '../../domain/snapshot.ts';
import { decoded } from '../../endpoints/match.ts';
import { findModel, listModels } from '../../endpoints/models/models.ts';
import { presentList, presentModel } from '../../endpoints/models/present.ts';
import { groupOf } from '../../relay/receive/identify.ts';
import type { Spending } from '../../services/activity/spending.ts';
import { presentBilling, presentToken } from './billing.ts';

/** Who asks, and for what. */
type Asked = {
  readonly key: KeyRecord;
  readonly snapshot: Snapshot;
  /** In whose words it is answered. */
  readonly protocol: ProtocolId;
  /** What the path names; undefined where it names nothing. */
  readonly name: string | undefined;
  /** ms since the epoch. */
  readonly now: number;
  spendingOf(key: KeyRecord): Promise<Spending>;
};

type LookUp = {
  /** Its first group is the name. */
  readonly path: RegExp;
  answer(asked: Asked): object | Promise<object>;
};

const billingPath = /^(?:\/v1)?\/dashboard\/billing\/(subscription|usage)$/;
const tokenPath = /^\/api\/usage\/token\/?$/;

/** Whether a path that is under none of an endpoint's roots is read by a key all the same: where clients of the field ask for a balance. */
export const isBalancePath = (path: string): boolean =>
  (path.startsWith('/dashboard/') && billingPath.test(path)) ||
  (path.startsWith('/api/usage/') && tokenPath.test(path));

/** What a key can read of what the gateway knows; no provider is asked, and nothing of it is charged or logged. */
const lookUps: readonly LookUp[] = [
  {
    path: billingPath,
    answer: async ({ key, name, spendingOf }) => presentBilling(name ?? '', await spendingOf(key), key.expiresAt),
  },
  { path: tokenPath, answer: async ({ key, spendingOf }) => presentToken(await spendingOf(key), key) },
  {
    path: /^\/v1(?:beta(?:\/openai)?)?\/models(?:\/(.+))?$/,
    answer({ key, snapshot, protocol, name, now }) {
      const group = groupOf(key);
      const lister = { ...key, owner: ownerOf(key) };
      if (name === undefined) return presentList(protocol, listModels(snapshot, lister, group), now);
      const model = findModel(snapshot, lister, group, name);
      if (!model)
        throw new Refusal('model_not_found', `The model "${shorten(name)}" does not exist.`, { param: 'model' });
      return presentModel(protocol, model, now);
    },
  },
];

/** What is read at a path, if anything is: its answer, for whoever asks. */
export function findLookUp(path: string): ((asked: Omit<Asked, 'name'>) => object | Promise<object>) | undefined {
  for (const { path: pattern, answer } of lookUps) {
    const found = pattern.exec(path);
    if (found) return (asked) => answer({ ...asked, name: found[1] === undefined ? undefined : decoded(found[1]) });
  }
  return undefined;
}
