# One image for web, worker, beat and migrations. Same base, same package list and same scripts as `make` on Debian 12.
FROM debian:bookworm-slim

ENV PATH=/app/.venv/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/app/staticfiles \
    XDG_CACHE_HOME=/tmp/cache
WORKDIR /app

COPY bin bin
COPY system-packages.txt requirements.txt ./
RUN bin/setup --runtime && rm -rf /var/lib/apt/lists/* /root/.cache

COPY . .
RUN bin/collectstatic && python -m compileall -q -j 0 cases meetings newsletters partners spip_portal

RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent portal \
    && install -d -m 0700 -o portal /var/lib/portal/vault
USER portal
ENV VAULT_ROOT=/var/lib/portal/vault
VOLUME /var/lib/portal/vault

EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["bin/healthy"]
CMD ["bin/web"]
