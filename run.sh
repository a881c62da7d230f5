#!/bin/sh
# The whole portal on this machine, for trying it out: web server, background worker and scheduler, with
# demonstration data. PORT=8000 unless set; ENACT_DEMO=0 leaves the demonstration out.
set -eu
cd -- "$(dirname -- "$0")"
. ./setup.sh
set_up requirements.txt
export ENACT_DEMO="${ENACT_DEMO:-1}"
exec "$VENV/bin/python" manage.py portal "$@"
