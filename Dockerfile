# syntax=docker/dockerfile:1

# One executable with the console inside, in a small image that runs it without privileges.

FROM oven/bun:1.4.5-slim AS build
WORKDIR /src
# The manifests first: packages are installed anew only when these change.
COPY package.json bun.lock ./
COPY packages/wire/package.json packages/wire/
COPY packages/contract/package.json packages/contract/
COPY packages/server/package.json packages/server/
COPY packages/console/package.json packages/console/
COPY bench/package.json bench/
COPY e2e/package.json e2e/
RUN bun install --frozen-lockfile
COPY . .
RUN bun scripts/compile.mjs --outfile /out/lib/tollgate/tollgate \
  && rm -f /out/lib/tollgate/*.map \
  && mkdir -p /out/bin /out/data \
  && install -m 0755 docker/tollgate.sh /out/bin/tollgate \
  && install -m 0755 docker/healthcheck.sh /out/lib/tollgate/healthcheck

FROM debian:bookworm-slim
# Four megabytes, in which invoices print Chinese, Japanese and Korean names.
RUN apt-get update \
  && apt-get install -y --no-install-recommends fonts-droid-fallback \
  && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 tollgate \
  && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin tollgate
COPY --from=build /out/lib/tollgate /usr/local/lib/tollgate
COPY --from=build /out/bin/tollgate /usr/local/bin/tollgate
COPY --from=build --chown=10001:10001 /out/data /data
ENV TOLLGATE_DATA=/data PORT=3000
WORKDIR /data
VOLUME /data
EXPOSE 3000
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/usr/local/lib/tollgate/healthcheck"]
ENTRYPOINT ["tollgate"]
CMD ["serve"]
