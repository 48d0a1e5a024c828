#!/bin/sh
# Who may include whom: docs/design.md's table, as a rule for each room. Prints every breach; exits 1 where
# there is one.
set -eu
cd "$(dirname "$0")/../.."
status=0

# allow ROOM PATTERN...: the files of a room may include "..." headers that match one of the patterns.
allow() {
    room=$1; shift
    allowed=$(printf '%s|' "$@" | sed 's/|$//')
    breach=$(grep -HnE '^#include "' $room 2>/dev/null | grep -vE "#include \"($allowed)" || true)
    if [ -n "$breach" ]; then
        printf '%s\n' "$breach"
        status=1
    fi
}

allow "base/*.c base/*.h" base/
allow "compiler/ast/*.c compiler/ast/*.h grammar/*" base/ compiler/ast/ grammar/
allow "compiler/check/*.c compiler/check/*.h" base/ compiler/ast/ compiler/check/
allow "compiler/ir/*.c compiler/ir/*.h" base/ compiler/ir/
allow "compiler/pass/*.c compiler/pass/*.h" base/ compiler/ir/ compiler/pass/ compiler/ast/card.h
allow "compiler/plan/*.c compiler/plan/*.h" base/ compiler/ir/ compiler/plan/
allow "compiler/gen/*.c compiler/gen/*.h" base/ compiler/ir/ compiler/plan/ compiler/gen/
allow "compiler/tools/*.c compiler/tools/*.h" base/ compiler/ grammar/
# A room of the runtime stands on those before it.
before="base/ runtime/kernels/"
for room in system numbers network pictures data show runs answers options training look report commands; do
    before="$before runtime/$room/"
    allow "runtime/$room/*.c runtime/$room/*.h" $before
done
allow "runtime/kernels/*.c runtime/kernels/*.h" runtime/kernels/
allow "bench/*.c bench/*.h bench/*/*.c bench/*/*.h" base/ runtime/ bench/
exit $status
