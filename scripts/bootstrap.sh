#!/bin/sh
# Makes the Python environment a make target needs, from locked dependencies, and prints nothing when it is there.
#
#   sh scripts/bootstrap.sh demo    .cache/venv-demo: what the local AWS needs
#   sh scripts/bootstrap.sh cli     .cache/venv-cli: what ./alarm-triage needs
#   sh scripts/bootstrap.sh dev     .venv: that, the linters and the tests
#   sh scripts/bootstrap.sh checkov .cache/venv-checkov: checkov alone, whose pins agree with nobody else's
#
# PYTHON=/path/to/python chooses the interpreter; otherwise 3.13 is preferred (it is what Lambda runs), then the
# newest other version from 3.11 on.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
demo) environment=.cache/venv-demo requirements=requirements/local.txt ;;
cli) environment=.cache/venv-cli requirements=requirements/cli.txt ;;
dev) environment=.venv requirements=requirements/dev.txt ;;
checkov) environment=.cache/venv-checkov requirements=requirements/checkov.txt compile=--no-compile ;;
*)
    echo "bootstrap: say which environment to make: demo, cli, dev or checkov" >&2
    exit 2
    ;;
esac

# A name on the PATH proves nothing (version managers leave shims behind), so every candidate is run.
usable() {
    [ "$("$1" -c 'import sys, venv, ensurepip; print(sys.version_info >= (3, 11))' 2>/dev/null)" = True ]
}

# The installation and version behind an interpreter; an environment answers with the one it was made with.
identity() {
    "$1" -c 'import os, sys; print(os.path.realpath(sys._base_executable), sys.version.split()[0])'
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        if ! usable "$PYTHON"; then
            echo "bootstrap: PYTHON=$PYTHON is no Python from 3.11 on with venv: name another one, or leave it out" >&2
            exit 2
        fi
        echo "$PYTHON"
        return
    fi
    for candidate in python3.13 "$HOME"/.pyenv/versions/3.13*/bin/python3.13 \
        python3.14 python3.12 python3.11 python3; do
        if usable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "bootstrap: no Python from 3.11 on with venv was found; install one (python3.13 is best), or set PYTHON" >&2
    exit 2
}

stamp="$environment/.requirements"

# An environment made with another interpreter than PYTHON names is made again.
suits() {
    [ -x "$environment/bin/python" ] && cmp -s "$requirements" "$stamp" && usable "$environment/bin/python" || return 1
    [ -z "${PYTHON:-}" ] || [ "$(identity "$python")" = "$(identity "$environment/bin/python")" ]
}

python=
if [ -n "${PYTHON:-}" ]; then
    python=$(find_python)
fi
if suits; then
    exit 0
fi
python=${python:-$(find_python)}
echo "Making $environment with $("$python" --version) from $requirements (once) …" >&2
rm -rf "$environment"
mkdir -p "$(dirname "$environment")"
"$python" -m venv "$environment"
"$environment/bin/python" -m pip install --quiet ${compile:-} --disable-pip-version-check --no-deps --require-hashes \
    --requirement "$requirements" 2>"$environment/pip.log" || {
    echo "bootstrap: the locked packages could not be installed; is a package index reachable? pip said:" >&2
    tail -n 5 "$environment/pip.log" >&2
    exit 2
}
cp "$requirements" "$stamp"
