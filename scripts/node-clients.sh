#!/bin/sh
# Install the clients written in JavaScript that tests/clients/node talks with. Usage: scripts/node-clients.sh
#
# Without Node, or when npm fails, their tests are skipped and say so; .ci/run requires them.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

folder=tests/clients/node
[ -f "$folder/package.json" ] || exit 0
if ! command -v npm >/dev/null 2>&1; then
    say "Node.js is not there: the tests with JavaScript clients are left out (to have them: apt-get install npm)"
    exit 0
fi
stamp=$folder/node_modules/.installed
wanted=$(cat "$folder"/package*.json | cksum)
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

open_log
command=install
[ ! -f "$folder/package-lock.json" ] || command=ci
say "installing the JavaScript clients (npm $command)"
if (cd "$folder" && npm "$command" --no-audit --no-fund --ignore-scripts </dev/null) >>"$log" 2>&1; then
    printf '%s\n' "$(cat "$folder"/package*.json | cksum)" >"$stamp"
else
    say "npm could not install them: $(last_error) -> their tests are left out (all of it: $log)"
fi
