/**
 * Every error the gateway itself makes, in one table: stable code, HTTP status, and OpenAI's word for the kind
 * (`type`). Other protocols' words join as columns when their dialects arrive.
 */
export const errors = {
  invalid_json: { status: 400, type: 'invalid_request_error' },
  invalid_request: { status: 400, type: 'invalid_request_error' },
  model_price_missing: { status: 400, type: 'invalid_request_error' },
  protocol_not_supported: { status: 400, type: 'invalid_request_error' },
  conversion_loss: { status: 400, type: 'invalid_request_error' },
  missing_key: { status: 401, type: 'authentication_error' },
  invalid_api_key: { status: 401, type: 'authentication_error' },
  key_disabled: { status: 401, type: 'authentication_error' },
  key_expired: { status: 401, type: 'authentication_error' },
  insufficient_balance: { status: 402, type: 'insufficient_quota' },
  key_limit_exhausted: { status: 402, type: 'insufficient_quota' },
  user_disabled: { status: 403, type: 'permission_error' },
  ip_not_allowed: { status: 403, type: 'permission_error' },
  model_not_allowed: { status: 403, type: 'permission_error' },
  group_not_found: { status: 403, type: 'permission_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  unknown_path: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  request_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_encoding: { status: 415, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  concurrency_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  internal_error: { status: 500, type: 'api_error' },
  upstream_error: { status: 502, type: 'upstream_error' },
  upstream_unreachable: { status: 502, type: 'upstream_error' },
  upstream_empty: { status: 502, type: 'upstream_error' },
  upstream_cut: { status: 502, type: 'upstream_error' },
  upstream_auth: { status: 502, type: 'upstream_error' },
  no_channel: { status: 503, type: 'api_error' },
  overloaded: { status: 503, type: 'api_error' },
  ledger_unavailable: { status: 503, type: 'api_error' },
  database_unavailable: { status: 503, type: 'api_error' },
  shutting_down: { status: 503, type: 'api_error' },
  upstream_timeout: { status: 504, type: 'upstream_error' },
} as const satisfies Record<string, { readonly status: number; readonly type: string }>;

/** A stable error code of the gateway. */
export type ErrorCode = keyof typeof errors;
