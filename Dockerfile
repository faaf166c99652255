# One image for web, worker, beat and one-off commands; compose.yaml says which process runs what.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/opt/rapport/.venv/bin:$PATH
WORKDIR /opt/rapport
RUN useradd --system --uid 10001 --home-dir /opt/rapport rapport

COPY requirements.txt ./
RUN python -m venv .venv \
 && pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.txt

COPY manage.py Procfile ./
COPY bin/process bin/
COPY foundation foundation
COPY people people
COPY notifications notifications
COPY hiring hiring
COPY training training
COPY portal portal
COPY templates templates
COPY static static

# The values serve this one command and stay out of the image: settings refuse to load without any.
RUN DEBUG=0 SECRET_KEY=collectstatic-only-0123456789-0123456789-0123456789 ALLOWED_HOSTS=build.invalid \
    PUBLIC_URL=https://build.invalid python manage.py collectstatic --noinput --verbosity 0 \
 && mkdir -p var/media var/memory && chown -R rapport var

USER rapport
VOLUME /opt/rapport/var/media /opt/rapport/var/memory
EXPOSE 8000
ENV BIND=0.0.0.0 PORT=8000 BEAT_FILE=/tmp/beat
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/livez', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=5)"]
CMD ["bin/process", "web"]
