#!/bin/sh
# The main job: the embedded model plays a small experiment, to a table and a report.
set -eu
cd "$(dirname "$0")/.."
. scripts/set_up.sh
set_up local,report
exec .venv/bin/allegiance demo "$@"
