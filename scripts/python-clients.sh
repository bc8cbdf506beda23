#!/bin/sh
# Install the Python clients that cannot share .venv with the others. Usage: scripts/python-clients.sh
#
# mmpy_bot needs an older mattermostautodriver and httpx than the current driver, which is tested too; so it gets a
# folder of its own, tests/clients/mmpy_bot.txt says what goes there. Without it its test is skipped and says so;
# .ci/run requires it.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

list=tests/clients/mmpy_bot.txt
folder=.cache/clients/mmpy_bot
[ -f "$list" ] || exit 0
wanted=$(cat "$list" | cksum)
[ "$(cat "$folder/.installed" 2>/dev/null)" = "$wanted" ] && exit 0

open_log
say "installing the mmpy_bot client for the tests"
rm -rf "$folder"
if .venv/bin/python -m pip install --no-input --no-deps --target "$folder" -r "$list" </dev/null >>"$log" 2>&1; then
    printf '%s\n' "$wanted" >"$folder/.installed"
else
    say "pip could not install it: $(last_error) -> its test is left out (all of it: $log)"
fi
