#!/bin/sh
# The kernels at 4 lanes, the pool, and generated programs against the evaluator, all of them on aarch64: netc and the
# tests are made by a cross compiler and run under emulation, and so is what they make themselves.
#
# usage: run.sh [SUITE...]      (some minutes; none: all of AARCH64_SUITES)
#
# exit: 0 passed, 77 'skipped: ' and the reason was printed, 1 not.
set -eu

cd "$(dirname "$0")/../.."
there=/usr/aarch64-linux-gnu

skip() {
    echo "check-aarch64: skipped: $*; scripts/deps.sh aarch64 installs it"
    exit 77
}

command -v aarch64-linux-gnu-gcc > /dev/null || skip "gcc-aarch64-linux-gnu is not installed"
[ -e $there/include/stdio.h ] || skip "libc6-dev-arm64-cross is not installed"
command -v qemu-aarch64 > /dev/null || skip "qemu-user is not installed"

${MAKE:-make} --no-print-directory -s check-aarch64-built

# The emulator looks for the foreign loader and libraries there first, and for all else where it is.
emulate="qemu-aarch64 -L $there"
export NETC="$emulate build/aarch64/bin/netc" CC=aarch64-linux-gnu-gcc CLANG="clang --target=aarch64-linux-gnu"
export NETC_PROGRAMS="${NETC_PROGRAMS-0-20}"
# shellcheck disable=SC2086 # a command with its arguments
$emulate build/aarch64/tests/run "$@"
