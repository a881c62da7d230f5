# Sourced by run.sh and test.sh: gets the machine ready, and says in one line what it may not install itself.
# Second time: nothing to do, well under a second. VENV= puts the virtual environment elsewhere.

VENV=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }

# debian_packages "why" package...: install them, or fail after one line that names them.
debian_packages() {
    why=$1
    shift
    if ! command -v apt-get >/dev/null; then
        say "$why: please install what Debian calls: $* (macOS: brew install python pango)"
        return 1
    fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        as_root=sudo
        # Without a terminal nobody can answer sudo's question.
        if ! command -v sudo >/dev/null || { ! sudo -n true 2>/dev/null && ! [ -t 0 ]; }; then
            say "$why: please run as root: apt-get install $*"
            return 1
        fi
    fi
    say "$why: installing $*"
    apt_get() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null; }
    # Package lists may be missing or stale: refresh them once if the first try fails.
    if ! apt_get install -y --no-install-recommends "$@" >/dev/null 2>&1; then
        if ! { apt_get update && apt_get install -y --no-install-recommends "$@"; } >/dev/null; then
            say "$why: could not install $*"
            return 1
        fi
    fi
}

# The first Python that can make virtual environments and is recent enough.
find_python() {
    for PYTHON in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        "$PYTHON" -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    return 1
}

have_pango() {
    "$VENV/bin/python" - 2>/dev/null <<'PYTHON'
import ctypes, sys
if sys.platform == "linux":  # elsewhere the names differ; WeasyPrint itself will say
    for library in "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0":
        ctypes.CDLL(library)
PYTHON
}

# python_packages file...: install these pinned files, unless exactly this content is installed already.
# The copy kept as a mark is made last: an interrupted installation is done again.
python_packages() {
    for file in "$@"; do
        cmp -s "$file" "$VENV/installed-$file" && continue
        say "Installing $file (once, about half a minute)"
        "$VENV/bin/python" -m pip --disable-pip-version-check --no-input -qq \
            install --require-hashes -r "$file" </dev/null || return 1
        cp "$file" "$VENV/installed-$file"
    done
}

# set_up file...: everything that the portal needs, with the Python packages of these files.
set_up() {
    # A virtual environment whose Python went away (a new Debian, an interrupted creation) is made again.
    if ! "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
        find_python || debian_packages "Python 3.11 or later" python3 python3-venv ca-certificates || return 1
        find_python || { say "Python 3.11 or later is needed; set PYTHON= to one."; return 1; }
        "$PYTHON" -m venv --clear "$VENV" || return 1
    fi
    python_packages "$@" || return 1
    have_pango ||
        debian_packages "Pango, for the PDFs" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 || return 1
}
