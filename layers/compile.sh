#!/bin/sh
# Compiles the folder $1, which Lambda mounts as $2. Its disk is read-only there, so what is
# not compiled now is compiled at every cold start. "unchecked-hash", because unpacking a
# zip gives the sources new times, which would make ordinary bytecode stale.
#
# With --only as $3 the bytecode takes the sources' place, where room is short.
set -eu

python=$("${PYTHON:-$(dirname "$0")/../local/python}" -c 'import sys; print(sys.executable)')

compile() {
    "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash "$@"
}

case ${3:-} in
    --only)
        compile -b -s "$1" -p "$2" "$1"
        find "$1" -name '*.py' -type f -delete
        ;;
    *) compile -s "$1" -p "$2" "$1" ;;
esac
