#!/bin/sh
# The command line inside the image. A variable may be given as a file that holds it (`DATABASE_URL_FILE`), so that
# secrets need not stand in the container's environment as others see it.
set -eu

for name in DATABASE_URL REDIS_URL TOLLGATE_SECRET TOLLGATE_METRICS_TOKEN; do
  eval "file=\${${name}_FILE:-}"
  if [ -n "$file" ]; then
    value=$(cat "$file") || exit 1
    export "$name=$value"
  fi
  # Unknown variables are refused, and rightly so.
  unset "${name}_FILE"
done

exec /usr/local/lib/tollgate/tollgate "$@"
