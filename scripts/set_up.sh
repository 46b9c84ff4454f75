# Sourced by the other scripts, from the root of the clone: makes `.venv` and installs into it.
#   set_up EXTRAS    for example: set_up local,report
# Versions come from constraints.txt, so that nothing heavier than was tried is fetched
# (PyTorch among them: unpinned, Linux would get several gigabytes of CUDA).

find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return 0
        fi
    done
    echo "Allegiance needs Python 3.11 or newer; set PYTHON to its path." >&2
    return 1
}

set_up() {
    wanted="$1 $(cat pyproject.toml constraints.txt | cksum)"
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python) || exit 1
        "$python" -m venv .venv || exit 1
    fi
    if [ "$(cat .venv/.installed 2>/dev/null)" != "$wanted" ]; then
        echo "Installing into .venv (once, some minutes) ..." >&2
        .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            --constraint constraints.txt --editable ".[$1]" || exit 1
        echo "$wanted" > .venv/.installed
    fi
}
