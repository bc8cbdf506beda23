#!/bin/sh
# Install what tests have written in JavaScript: clients (tests/clients/node) and an OpenID provider (tests/services/oidc).
# Usage: scripts/node-clients.sh
#
# Without Node, or when npm fails, their tests are skipped and say so; .ci/run requires them.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

# install_in FOLDER WHAT: what its package.json names, unless that was done before.
install_in() {
    [ -f "$1/package.json" ] || return 0
    stamp=$1/node_modules/.installed
    wanted=$(cat "$1"/package*.json | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
    open_log
    command=install
    [ ! -f "$1/package-lock.json" ] || command=ci
    say "installing $2 (npm $command)"
    if (cd "$1" && npm "$command" --no-audit --no-fund --ignore-scripts </dev/null) >>"$log" 2>&1; then
        printf '%s\n' "$(cat "$1"/package*.json | cksum)" >"$stamp"
    else
        say "npm could not install them: $(last_error) -> their tests are left out (all of it: $log)"
    fi
}

if ! command -v npm >/dev/null 2>&1; then
    say "Node.js is not there: tests with JavaScript programs are left out (to have them: apt-get install npm)"
    exit 0
fi
install_in tests/clients/node "the JavaScript clients"
install_in tests/services/oidc "the OpenID provider of the tests"
