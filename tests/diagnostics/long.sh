#!/bin/sh
# More cards with slips than `make check` has time for: tests/diagnostics/wild.c, the first 100,000, or N. Those with more
# than one message are in build/slips.log.
#
# usage: long.sh [N]
cd "$(dirname "$0")/../.." || exit 3
NETC_SLIPS=${1:-100000} build/tests/run wild 2>build/slips.log
