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
    mkdir -p .cache 2>/dev/null && touch "$log" 2>/dev/null && [ -w . ] ||
        fail "cannot write to $PWD" "run as the owner of this folder, or clone into a folder of your own"
}

# last_error: the line of the log that most likely says why, without the tool's decoration.
last_error() {
    line=$(grep -E '^ *(error|ERROR|E|npm (ERR!|error))[: ]' "$log" | grep -v -e 'subprocess-exited' -e 'Failed to build' | tail -n 1)
    [ -n "$line" ] || line=$(grep -v '^ *$' "$log" | tail -n 1)
    printf '%s' "$line" | sed -E 's/^ *//; s/^(error|ERROR|E): *//' | cut -c 1-300
}

# apt_install PACKAGE...: install Debian packages without a question, as root or by a sudo that asks for no
# password; false where neither is possible or apt fails.
apt_install() {
    can_apt || return
    apt_run install -y --no-install-recommends "$@" && return
    # The lists of packages may be missing (containers) or older than the mirror.
    apt_run update && apt_run install -y --no-install-recommends "$@"
}

# can_apt: whether packages can be installed here; sets what apt_run puts before the command.
can_apt() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root="env DEBIAN_FRONTEND=noninteractive"
    [ "$(id -u)" != 0 ] || return 0
    as_root="sudo -n $as_root"
    sudo -n true 2>/dev/null
}

apt_run() { $as_root apt-get "$@" </dev/null >>"$log" 2>&1; }
