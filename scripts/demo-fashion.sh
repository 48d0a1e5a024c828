#!/bin/sh
# Fashion-MNIST from Debian's package to a test accuracy: what `make demo-fashion` runs once netc and its
# library are built.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd)
card=examples/fashion/fashion.net
data=/usr/share/datasets/fashion-mnist

run() {
    printf '  $ %s\n' "$*"
    "$@"
}

if [ ! -d "$data" ]; then
    echo "demo-fashion: $data is not there; 'scripts/deps.sh fashion' installs dataset-fashion-mnist" >&2
    exit 3
fi
mkdir -p build/fashion
cd build/fashion
PATH=$root/build/bin:$PATH

run netc build "../../$card"
run ./fashion train --data "$data"
echo
echo "On the 10,000 test pictures, which took no part in training:"
run ./fashion evaluate --data "$data" --part test
