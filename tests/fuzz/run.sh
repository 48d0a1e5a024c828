#!/bin/sh
# Fuzzes each target for so many seconds, as many at a time as there are processors ($JOBS: so many), from its seeds,
# what tests/fuzz/corpus/ keeps, and what earlier runs found in build/fuzz/corpus/. A line tells what became of each;
# what went wrong is kept in build/fuzz/finds/, and the line tells how to see it again.
#
# usage: run.sh address|memory SECONDS TARGET...
#
# exit: 0 nothing was found, 77 'skipped: ' and the reason was printed, 1 something was.
set -eu

cd "$(dirname "$0")/../.."
sanitizer=$1 seconds=$2
shift 2

skip() {
    echo "fuzz: skipped: $*; scripts/deps.sh fuzz installs it"
    exit 77
}

cc=${FUZZ_CC:-clang}
command -v "$cc" > /dev/null || skip "$cc is not there"
mkdir -p build/fuzz
echo 'int LLVMFuzzerTestOneInput(const char *b, unsigned long n) { (void)b; (void)n; return 0; }' |
    "$cc" -fsanitize=fuzzer,"$sanitizer" -x c - -o build/fuzz/probe 2> /dev/null ||
    skip "$cc has no libFuzzer with the $sanitizer sanitizer (Debian: libclang-rt-14-dev)"

${MAKE:-make} --no-print-directory -s -j"$(nproc)" SANITIZER="$sanitizer" fuzz-built

# Files that must have a name are written thousands of times: where no disk is.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm

# One target, in a process of its own so that several run side by side.
one='
    target=$1 corpus=build/fuzz/corpus/$1 log=build/fuzz/logs/$1
    mkdir -p "$corpus" build/fuzz/finds build/fuzz/logs tests/fuzz/corpus/$target
    words=build/fuzz/words/$target
    [ -s "$words" ] && words="-dict=$words" || words=
    if build/fuzz/$0/bin/$target $words -max_total_time=$2 -timeout=30 -rss_limit_mb=1500 -malloc_limit_mb=700 \
        -max_len=4096 -close_fd_mask=3 -print_final_stats=1 -artifact_prefix=build/fuzz/finds/$target- \
        "$corpus" tests/fuzz/corpus/$target build/fuzz/seeds/$target > "$log" 2>&1
    then
        printf "%-12s %9s tries, %5s kept, %5s edges\n" "$target" \
            "$(sed -n "s/^stat::number_of_executed_units: *//p" "$log")" \
            "$(ls "$corpus" | wc -l)" "$(sed -n "s/.* cov: \([0-9]*\) .*/\1/p" "$log" | tail -1)"
    else
        printf "%-12s FOUND: %s; build/fuzz/%s/bin/%s %s shows it\n" "$target" \
            "$(grep -m1 -E "ERROR:|SUMMARY:|runtime error:" "$log" || tail -1 "$log")" "$0" "$target" \
            "$(sed -n "s/.*Test unit written to //p" "$log" | tail -1)"
        exit 1
    fi'
printf '%s\n' "$@" | xargs -I '{}' -P "${JOBS:-$(nproc)}" sh -c "$one" "$sanitizer" '{}' "$seconds"
