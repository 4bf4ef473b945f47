#!/bin/sh
# Checks the tools and creates the virtual environment: bootstrap.sh <folder of the environment>
# Installs Debian packages only as root or through a sudo that asks nothing; otherwise prints the line to run.
set -eu
environment=$1
cd "$(dirname "$0")/.."

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if is_new_enough "$name"; then command -v "$name"; return; fi
    done
}

python=$(find_python)
if [ -z "$python" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3 python3-venv python3-dev"
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3 python3-venv python3-dev >/dev/null
    python=$(find_python)
fi
if [ -z "$python" ]; then
    echo "Python: expected 3.10 or newer on PATH, found none. Set PYTHON to one, or run" >&2
    echo "    sudo apt-get install -y python3 python3-venv python3-dev" >&2
    exit 1
fi

"$python" scripts/toolchain.py --install
# Its programs and the package in it are tied to their place.
if [ "$(cat "$environment/.place" 2>/dev/null)" != "$(pwd -P)" ]; then
    echo "Making the virtual environment $environment"
    "$python" -m venv --clear "$environment"
    pwd -P >"$environment/.place"
fi
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    "setuptools>=77" "numpy>=1.24"
