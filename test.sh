#!/bin/sh
# Every test, in tiers: SQLite + file broker, PostgreSQL + Redis, real processes, a real browser.
#   sh test.sh                 all tiers; what takes long is sampled, another part every day
#   sh test.sh --fast          the first tier only
#   sh test.sh --full          every test on both stacks, every failpoint of the workers (hours on two cores)
#   sh test.sh tests/x.py -k y  arguments go to pytest, in every tier
# DATABASE_URL and REDIS_URL name the servers to use; without them throw-away ones are started.
set -eu
cd -- "$(dirname -- "$0")"
. ./setup.sh

FAST=
case "${1:-}" in
    --fast) FAST=1 && shift ;;
    --full) export ENACT_FULL=1 && shift ;;
esac
FULL_STACK_DATABASE=${DATABASE_URL:-}
FULL_STACK_REDIS=${REDIS_URL:-}
unset DATABASE_URL REDIS_URL CLAMD_URL SECRET_KEY ENACT_ENV ENACT_DEMO ENACT_PART ENACT_LONG_PART EMAIL_URL SITE_URL PORT ALLOWED_HOSTS
PATH=$PATH:/usr/sbin:/sbin
for directory in /usr/lib/postgresql/*/bin; do PATH=$directory:$PATH; done

WORK=$(mktemp -d)
chmod 711 "$WORK" # PostgreSQL refuses to run as root: its own user must be able to reach its folder
export ENACT_GROUNDS="$WORK/grounds" # what tests begin on is made once for all tiers (tests/ground.py)
mkdir "$ENACT_GROUNDS"
REDIS_PID=
clean_up() {
    trap '' INT TERM
    [ ! -x "${VENV:-}/bin/python" ] || "$VENV/bin/python" -c "from tests import ground; ground.end('$ENACT_GROUNDS')" || true
    [ -z "$REDIS_PID" ] || kill "$REDIS_PID" 2>/dev/null || true
    [ ! -s "$WORK/pg/data/postmaster.pid" ] || kill -INT "$(head -n 1 "$WORK/pg/data/postmaster.pid")" || true
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -e "$WORK/pg/data/postmaster.pid" ] || break
        sleep 0.3
    done
    rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

FAILED=
NOTES= # said at the end
failed() {
    FAILED=1
    NOTES="$NOTES
FAILED: $*"
}
missing() { # a failure in CI: nothing is left out silently
    NOTES="$NOTES
SKIPPED: $*"
    [ -z "${CI:-}" ] || FAILED=1
}

free_port() { "$VENV/bin/python" - <<'PYTHON'
import random, socket
while True:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", random.randint(20000, 31999)))
        except OSError:
            continue
        print(probe.getsockname()[1])
        break
PYTHON
}

tier() { # tier "title" marker-expression [pytest arguments]
    title=$1
    marker=$2
    shift 2
    TIERS=$((${TIERS:-0} + 1))
    started=$(date +%s)
    printf '\n=== %s ===\n' "$title"
    code=0
    ENACT_VAR="$WORK/var$TIERS" "$VENV/bin/python" -m pytest -q -p no:cacheprovider -m "$marker" -rs \
        --junitxml="$WORK/tier$TIERS.xml" --basetemp="$WORK/tmp$TIERS" "$@" </dev/null || code=$?
    # "No test selected" is an answer only to someone who asked for particular tests.
    if [ $code = 5 ] && [ -n "$SELECTION" ]; then code=0; fi
    [ $code = 0 ] || failed "$title"
    printf '=== %s: %s in %s s ===\n' "$title" "$([ $code = 0 ] && echo passed || echo FAILED)" $(($(date +%s) - started))
}

part() { # part which parts: of what follows only that part, another every day; all of it when asked for or selected
    [ -n "${ENACT_FULL:-}$SELECTION" ] || export ENACT_PART="$(((DAY + $1) % $2)) of $2"
}

start_postgresql() {
    for program in initdb pg_ctl; do
        command -v $program >/dev/null || return 1
    done
    mkdir "$WORK/pg"
    as_user=
    if [ "$(id -u)" = 0 ]; then
        chown postgres "$WORK/pg"
        as_user="setpriv --reuid=postgres --regid=postgres --clear-groups"
    fi
    port=$(free_port)
    # fsync off: these databases live for minutes. What a power cut spares is PostgreSQL's own promise.
    (cd "$WORK/pg" && $as_user initdb -D data -U enact -A trust -E UTF8 --locale=C.UTF-8 --no-sync >log 2>&1 &&
        $as_user pg_ctl -D data -w -l server.log start >/dev/null \
            -o "-p $port -k $WORK/pg -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200") || {
        cat "$WORK/pg/log" "$WORK/pg/server.log"
        return 1
    }
    FULL_STACK_DATABASE=postgres://enact@127.0.0.1:$port/postgres
}

start_redis() {
    command -v redis-server >/dev/null || return 1
    port=$(free_port)
    redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$WORK" >"$WORK/redis.log" 2>&1 &
    REDIS_PID=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if grep -q "Ready to accept connections" "$WORK/redis.log"; then
            FULL_STACK_REDIS=redis://127.0.0.1:$port/0
            return
        fi
        sleep 0.3
    done
    cat "$WORK/redis.log"
    return 1
}

set_up requirements.txt requirements-dev.txt
SELECTION="$*"
DAY=$(($(date +%s) / 86400))
JOBS=$(getconf _NPROCESSORS_ONLN)
[ "$JOBS" -ge 2 ] || JOBS=2
[ "$JOBS" -le 4 ] || JOBS=4 # of memory there may be less than of processors

printf '\n=== Style ===\n'
"$VENV/bin/python" -m ruff check --no-cache . || failed "Style"

[ -n "${ENACT_FULL:-}$SELECTION" ] || export ENACT_LONG_PART="$((DAY % 8)) of 8" # tests/long.txt: an eighth a day
command -v xgettext >/dev/null || debian_packages "gettext, for the tests" gettext || true
tier "SQLite + file broker" "not browser and not process" -n "$JOBS" "$@"

if [ -z "$FAST" ]; then
    if [ -z "$FULL_STACK_DATABASE" ]; then
        command -v initdb >/dev/null || debian_packages "PostgreSQL, for the tests" postgresql || true
        for directory in /usr/lib/postgresql/*/bin; do PATH=$directory:$PATH; done
        start_postgresql || missing "the tests on PostgreSQL (no server: set DATABASE_URL or install postgresql)"
    fi
    if [ -z "$FULL_STACK_REDIS" ]; then
        command -v redis-server >/dev/null || debian_packages "Redis, for the tests" redis-server || true
        start_redis || missing "the tests on Redis (no server: set REDIS_URL or install redis-server)"
    fi
    command -v clamd >/dev/null || debian_packages "ClamAV, for the tests" clamav-daemon || true
    command -v clamd >/dev/null || missing "the tests with a real antivirus (no clamd: install clamav-daemon)"
    if [ -n "$FULL_STACK_DATABASE" ] && [ -n "$FULL_STACK_REDIS" ]; then
        export DATABASE_URL="$FULL_STACK_DATABASE" REDIS_URL="$FULL_STACK_REDIS"
        part 0 8
        tier "PostgreSQL + Redis" "not browser and not process and not pure and not once" -n "$JOBS" "$@"
        part 0 4
        tier "Real processes, PostgreSQL + Redis" "process and not once" -n 2 --dist loadfile "$@"
        part 2 4 # not the same ones
        unset DATABASE_URL REDIS_URL
    fi
    tier "Real processes, SQLite + file broker" process -n 2 --dist loadfile "$@"
    unset ENACT_PART
    part 0 2

    command -v pdftotext >/dev/null || debian_packages "pdftotext, for the tests" poppler-utils || true
    CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
    if [ -z "$CHROMIUM" ]; then
        debian_packages "Chromium, for the tests" chromium || true
        CHROMIUM=$(command -v chromium || true)
    fi
    export CHROMIUM
    if [ -n "$CHROMIUM" ]; then
        tier "A real browser" browser -n "$JOBS" "$@"
    else
        missing "the browser tests (no Chromium: set CHROMIUM or install chromium)"
    fi
fi

printf '%s\n\n' "$NOTES"
# The tiers' own counts, added up; each skipped test is named once more.
"$VENV/bin/python" - "$WORK"/tier*.xml <<'PYTHON' || FAILED=1
import sys
from xml.etree import ElementTree

passed = failed = skipped = 0
for path in (path for path in sys.argv[1:] if not path.endswith("*.xml")):
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif (skip := case.find("skipped")) is not None:
            skipped += 1
            print(f"SKIPPED: {case.get('classname')}.{case.get('name')}: {skip.get('message')}")
        else:
            passed += 1
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(not passed or failed > 0)
PYTHON
if [ -n "${ENACT_FULL:-}" ] && [ -z "$FAILED$SELECTION" ]; then "$VENV/bin/python" -m scripts.long "$WORK"/tier*.xml; fi
[ -z "$FAILED" ]
