#!/bin/sh
# Run every check of the code, all of them even when one fails. Usage: scripts/lint.sh
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

failed=
check() {
    name=$1
    shift
    say "$name"
    "$@" || failed="$failed $name,"
}

bin=.venv/bin
check "ruff format" "$bin/ruff" format --check --quiet .
check "ruff check" "$bin/ruff" check --quiet .
check "mypy" "$bin/python" -m mypy
check "import-linter" "$bin/lint-imports" --no-logo --cache-dir .cache/import_linter
check "vulture" "$bin/vulture"
check "bandit" "$bin/bandit" --quiet --configfile pyproject.toml --recursive core plugins config hookspecs.py wsgi.py
[ -z "$failed" ] || fail "these checks failed:${failed%,}" "their output is above; make format mends what can be mended"
