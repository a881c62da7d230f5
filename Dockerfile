# One image for web, worker and scheduler; docker-compose.yml says which one a container is.
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE}

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Pango draws the PDFs; backups need pg_dump, pg_restore and psql (Debian bookworm: 15, as the server of compose).
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 enact \
    && useradd --uid 10001 --gid enact --home-dir /data --no-create-home --shell /usr/sbin/nologin enact \
    && install -d -o enact -g enact -m 700 /data /backups

WORKDIR /app
COPY requirements.txt ./
RUN python3 -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.txt
ENV PATH=/venv/bin:$PATH

COPY . .
# Static files are part of the image: the same for all, and nothing to write at start. The key only serves to
# import the settings; the real one comes from the environment.
ENV ENACT_ENV=production ENACT_VAR=/data STATIC_ROOT=/app/collected
RUN SECRET_KEY=build ALLOWED_HOSTS=localhost ENACT_VAR=/tmp/build \
    python manage.py collectstatic --no-input --verbosity 0 \
    && chmod -R a+rX /app \
    && rm -rf /tmp/build \
    && python -m compileall -q .

USER enact
VOLUME /data
EXPOSE 8000
ENV HOST=0.0.0.0 PORT=8000
# Each container answers for itself; compose overrides this for worker and scheduler.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "deploy/health.py", "http://127.0.0.1:8000/health/live"]
CMD ["gunicorn", "--config", "python:enact_portal.webserver"]
