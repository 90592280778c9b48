#!/bin/sh
# Installs ./requirements.txt into the folder $1 the way Lambda wants it: `sam build` runs
# this through the Makefile of each layer and function that has third-party packages.
#
# INFERX_ARCH   whose wheels: x86_64 (default) or arm64 for Lambda, native for this machine
# Uses uv where it is on PATH, else pip.
set -eu

target=$1
python=$("${PYTHON:-$(dirname "$0")/../local/python}" -c 'import sys; print(sys.executable)')
arch=${INFERX_ARCH:-x86_64}

# Lambda's runtime brings these, and newer versions of them would shadow its own.
provided='boto3|botocore|s3transfer|jmespath|python-dateutil|six|urllib3'
mkdir -p "$target"
wanted=$(mktemp)
trap 'rm -f "$wanted"' EXIT
# A pin goes on in indented lines, with its hashes; the comments between are indented, too.
awk -v provided="^($provided)==" '/^[^ ]/ { kept = $0 !~ provided } kept' requirements.txt >"$wanted"

case $arch in
    native) machine= ;;
    x86_64) machine=x86_64 ;;
    arm64) machine=aarch64 ;;
    *) echo "INFERX_ARCH is x86_64, arm64 or native, not $arch" >&2 && exit 1 ;;
esac

# --no-deps: requirements.txt is complete, and what it leaves out is left out on purpose.
# --require-hashes: what an index has is taken only if it is what `make lock` saw.
if command -v uv >/dev/null 2>&1; then
    # Copies, not links to uv's cache: what is changed here must not change there.
    uv pip install --quiet --no-deps --require-hashes --only-binary :all: --link-mode copy --target "$target" \
        --python "$python" --requirement "$wanted" \
        ${machine:+--python-platform "$machine-manylinux_2_28"}
else
    "$python" -m pip install --quiet --no-deps --require-hashes --only-binary :all: \
        --target "$target" --no-compile --disable-pip-version-check --requirement "$wanted" \
        ${machine:+--python-version 3.13 --platform "manylinux_2_28_$machine"} \
        ${machine:+--platform "manylinux_2_27_$machine" --platform "manylinux_2_17_$machine"} \
        ${machine:+--platform "manylinux2014_$machine"}
fi

# Packages' own tests, type stubs, headers and commands are dead weight in a function.
# _natype.py lies among numpy's tests, and numpy.testing, which libraries use, imports it.
find "$target" -type d \( -name tests -o -name test \) -prune -print | while read -r tests; do
    find "$tests" -type f ! -name _natype.py ! -path '*/numpy/_core/tests/__init__.py' -delete
done
rm -rf "$target/bin" "$target/share"
# The shared library is for programs in C: Python's module has all of onnxruntime in itself.
rm -f "$target"/onnxruntime/capi/libonnxruntime.so.* "$target"/onnxruntime/capi/libonnxruntime.*.dylib
find "$target" \( -name '*.pyi' -o -name '*.h' -o -name '*.hpp' -o -name '*.pxd' -o -name '*.a' \
    -o -name '*.c' -o -name '*.pyx' \) -type f -delete
find "$target" -type d -name __pycache__ -prune -exec rm -rf {} +
find "$target" -type d -empty -delete
