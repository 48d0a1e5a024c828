#!/bin/sh
# The proofs that take longer than `make check` may, each a program of its own: exit 0 is passed, 77 skipped
# (it says why), anything else failed. What `make check-long` runs after the quick ones.
#
# usage: check-long.sh
set -u

cd "$(dirname "$0")/.." || exit 3

passed=0 failed=0 skipped=0
for proof in tests/checkpoint/long.sh tests/generated/long.sh tests/diagnostics/long.sh \
    tests/aarch64/run.sh tests/trainer/tensorboard.sh tests/photos/run.sh tests/models/learn.sh scripts/bare-debian.sh; do
    printf '\n%s\n' "$proof"
    "$proof"
    case $? in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)); echo "$proof: failed" ;;
    esac
done

printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
