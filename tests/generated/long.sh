#!/bin/sh
# More random programs than `make check` has time for: tests/generated/programs.c, numbers 1000 to 3000, or FROM-TO.
#
# usage: long.sh [FROM-TO]
cd "$(dirname "$0")/../.." || exit 3
NETC_PROGRAMS=${1:-1000-3000} exec build/tests/run programs
