#!/bin/sh
# Lint, types, import contract and tests, as the checks of every change run them.
set -eu
cd "$(dirname "$0")/.."
. scripts/set_up.sh
set_up dev

if ! command -v chromium >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's chromium for the browser tests ..." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
fi

.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports
.venv/bin/inspect-evals-lint --all
.venv/bin/allegiance models pull --quiet
exec .venv/bin/pytest -n 2 --dist loadfile "$@"
