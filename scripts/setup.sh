#!/bin/sh
# Make .venv and install Hubbub into it, editable. Usage: scripts/setup.sh [EXTRA]   (EXTRA: test, lint)
#
# Does nothing when that was done before and neither pyproject.toml nor setup.py has changed since. Packages come
# from wherever the user's own pip is set up to find them. PYTHON=/path/to/python chooses the interpreter.
set -u
cd "$(dirname "$0")/.." || exit 1
cd "$(pwd -P)" || exit 1
. scripts/common.sh

extra=${1:-}
stamp=.venv/.installed-${extra:-base}
wanted="$PWD $(cat pyproject.toml setup.py | cksum)"

up_to_date() { [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; }

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
has_ensurepip() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# candidates: the interpreters to try, best first. Debian's own is built with optimisations that others often lack.
candidates() {
    for name in "${PYTHON:-}" /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
        path=$(command -v "${name:-/nonexistent}" 2>/dev/null) && works "$path" && printf '%s\n' "$path"
        [ -z "${PYTHON:-}" ] || return
    done
}

make_venv() {
    rm -rf .venv 2>>"$log" || fail "cannot replace $PWD/.venv" "delete that folder as its owner, then run this again"
    "$@" .venv >>"$log" 2>&1
}

# create_venv: make .venv by the first way that this machine offers.
create_venv() {
    all=$(candidates)
    first=$(printf '%s\n' "$all" | head -n 1)
    if [ -z "$first" ]; then
        [ -z "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is not a Python of version 3.11 or later" "name another, or none"
        fail "no Python of version 3.11 or later was found" "install one (Debian 12: apt-get install python3 python3-venv)"
    fi
    if ! has_ensurepip "$first" && [ "$first" = /usr/bin/python3 ] && can_apt; then
        say "installing Debian's python3-venv, which makes virtual environments"
        apt_install python3-venv
    fi
    has_ensurepip "$first" && make_venv "$first" -m venv && return
    while IFS= read -r python; do
        has_ensurepip "$python" && make_venv "$python" -m venv && return
    done <<LIST
$all
LIST
    "$first" -m virtualenv --version >/dev/null 2>&1 && make_venv "$first" -m virtualenv && return
    # A pip outside can fill an environment that was made without one.
    if "$first" -m pip --version >/dev/null 2>&1 && make_venv "$first" -m venv --without-pip; then
        "$first" -m pip --python .venv/bin/python install pip setuptools >>"$log" 2>&1 && return
    fi
    rm -rf .venv
    fail "$first cannot make a virtual environment (Debian keeps that in a package)" "run: sudo apt-get install python3-venv"
}

install_package() {
    target=.${extra:+[$extra]}
    say "installing Hubbub${extra:+ for $extra} into .venv (once; a minute or two)"
    rm -f "$stamp"
    .venv/bin/python -m pip install --no-input -e "$target" </dev/null >>"$log" 2>&1 && return
    [ -w .venv ] || fail "$PWD/.venv belongs to another user" "run as that user, or delete it: sudo rm -rf .venv"
    fail "pip could not install Hubbub: $(last_error)" \
        "check the network and pip's own settings, then run this again (all of it: $log)"
}

up_to_date && exit 0
open_log
: >"$log"
# Two of these at once would undo each other's work.
if command -v flock >/dev/null 2>&1; then
    exec 9>.cache/setup.lock
    flock -n 9 || { say "waiting for another set-up of this folder"; flock 9; }
    up_to_date && exit 0
fi
if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! works .venv/bin/python ||
    { [ -f .venv/.root ] && [ "$(cat .venv/.root)" != "$PWD" ]; }; then
    create_venv
fi
install_package
printf '%s\n' "$PWD" >.venv/.root
printf '%s\n' "$wanted" >"$stamp"
printf '%s\n' "$wanted" >.venv/.installed-base
