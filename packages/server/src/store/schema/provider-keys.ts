import type { Placement } from '@tollgate/contract/api/provider-keys';
import { column, optional } from '../table.ts';

/** Keys that people and teams bring to providers; migration 0092. */
export const providerKeyTables = {
  provider_keys: {
    id: column.id,
    owner_kind: column.text<'person' | 'team'>(10),
    /** The id of a person or of a team. */
    owner_id: column.id,
    name: column.text(80),
    provider: column.text(60),
    settings_json: column.longText,
    models_json: column.longText,
    placement: column.text<Placement>(10),
    /** Opens with `provider-key:<id>`. */
    sealed: column.longText,
    hints_json: column.longText,
    enabled: column.flag,
    /** By an administrator. */
    stopped_reason: optional(column.text(300)),
    stopped_by: optional(column.text(400)),
    stopped_at: optional(column.moment),
    /** By the gateway itself. */
    disabled_reason: optional(column.text(300)),
    disabled_by: optional(column.text(400)),
    disabled_at: optional(column.moment),
    created_at: column.moment,
    updated_at: column.moment,
  },
};
