#!/bin/sh
# Set up and run the tests, on every database that is there. Usage: scripts/test.sh [ARGUMENTS OF PYTEST]
#
# In as many processes as there are cores, four at most.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

# room_kib FILE NAME: a figure of /proc, 0 where there is none.
room_kib() {
    sed -n "s/^$2: *\([0-9]*\) kB/\1/p" "$1" 2>/dev/null | grep . || echo 0
}

# Databases of tests write some 16 GB to what mostly is deleted within a second: in memory where there is plenty.
memory_folder() {
    [ "$(room_kib /proc/meminfo MemAvailable)" -ge 12000000 ] || return 1
    [ "$(df -kP /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -ge 8000000 ] || return 1
    # What runs that were killed have left there.
    find /dev/shm -maxdepth 1 -name 'hb.????' -user "$(id -un)" -mmin +600 -exec rm -rf {} + 2>/dev/null
    made=$(mktemp -d /dev/shm/hb.XXXX) && chmod 711 "$made" || return 1 # database servers run as another user
    # Programs are started from there, too, which some systems forbid.
    { printf '#!/bin/sh\n' >"$made/try" && chmod +x "$made/try" && "$made/try" && rm "$made/try"; } ||
        { rm -rf "$made" && return 1; }
    printf '%s' "$made"
}

scripts/setup.sh test && scripts/services.sh && scripts/node-clients.sh && scripts/python-clients.sh || exit 1
if folder=$(memory_folder 2>/dev/null); then
    TMPDIR=$folder
    export TMPDIR
    trap 'rm -rf "$folder"' EXIT
fi
trap : INT # the tests say what they were at, then this ends
unset PYTHONDONTWRITEBYTECODE
PYTHONPYCACHEPREFIX="$PWD/.cache/pycache" .venv/bin/python -m pytest -n auto --maxprocesses=4 --dist loadfile "$@"
