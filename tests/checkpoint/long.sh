#!/bin/sh
# A trainer killed at each of its system calls, not only at some.
cd "$(dirname "$0")/../.." && NETC_LONG=1 exec build/tests/run kill
