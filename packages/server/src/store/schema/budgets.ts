import type { Period } from '../../domain/period.ts';
import { column, optional } from '../table.ts';

/** What may be spent; migration 0038. */
export const budgetTables = {
  /**
   * A limit of each stretch of a period, for a person's keys or one of them (or, with the team's id as `user_id` too, all keys of a team), and for all models or one. How much is spent stands
   * on its meters. `told_percent` of the stretch that began at `told_stretch` was told of last; from
   * `cheaper_percent` on `cheaper_model` answers what it counts (migration 0110).
   */
  budgets: {
    id: column.id,
    user_id: column.id,
    team_id: optional(column.id),
    key_id: optional(column.id),
    model: optional(column.text(200)),
    period: column.text<Period>(10),
    time_zone: column.text(60),
    limit_nanos: column.money,
    override_nanos: optional(column.money),
    override_until: optional(column.moment),
    override_reason: optional(column.text(300)),
    cheaper_model: optional(column.text(200)),
    cheaper_percent: optional(column.integer),
    locked: column.flag,
    told_stretch: column.text(20),
    told_percent: column.integer,
    created_at: column.moment,
    updated_at: column.moment,
  },
};
