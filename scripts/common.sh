# What the set-up scripts share; sourced by them from the repository's root.

log=.cache/setup.log

# say MESSAGE: a line about what is being done.
say() { printf 'hubbub: %s\n' "$1" >&2; }

# fail CAUSE REMEDY: end with one line that says both.
fail() {
    say "$1 -> $2"
    exit 1
}

# open_log: make the folder for the log; the first thing that fails where the user may not write.
open_log() {
    mkdir -p .cache 2>/dev/null && : >>"$log" 2>/dev/null ||
        fail "cannot write to $PWD" "run as the owner of this folder, or clone into a folder of your own"
}

# last_error: the line of the log that most likely says why, without the tool's decoration.
last_error() {
    line=$(grep -E '^ *(error|ERROR|E|npm (ERR!|error))[: ]' "$log" | grep -v 'See above' | tail -n 1)
    [ -n "$line" ] || line=$(grep -v '^ *$' "$log" | tail -n 1)
    printf '%s' "$line" | sed -E 's/^ *//; s/^(error|ERROR|E): *//' | cut -c 1-300
}

# apt_install PACKAGE...: install Debian packages without a question, as root or by a sudo that asks for no
# password; false where neither is possible or apt fails.
apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root="env DEBIAN_FRONTEND=noninteractive"
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root="sudo -n $as_root"
    fi
    apt_run install -y --no-install-recommends "$@" && return
    # The lists of packages may be missing (containers) or older than the mirror.
    apt_run update && apt_run install -y --no-install-recommends "$@"
}

apt_run() { $as_root apt-get "$@" </dev/null >>"$log" 2>&1; }
