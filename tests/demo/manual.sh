#!/bin/sh
# The manual pages against the programs that they describe: the commands and options that --help prints are
# those that the page explains, no more and no less; the makefile's flags are those that netc prints; and
# mandoc, where it is there, finds nothing wrong. Prints what went wrong, and exits 1 then.
set -u
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
failed=0

# expect_same PAGE: the names in it against those in $here/help.
expect_same() {
    sed -nE 's/^  (--?[A-Za-z-]+|[a-z]+)[ =].*/\1/p' "$here/help" | sort -u > "$here/said"
    sed -nE 's/^\.It Fl ([^ ]+).*/-\1/p; s/^\.It Cm ([^ ]+).*/\1/p' "$1" | sort -u > "$here/written"
    [ -s "$here/said" ] && diff "$here/said" "$here/written" > "$here/difference" && return
    failed=1
    echo "--help (<) and $1 (>) differ:"
    cat "$here/difference"
}

build/bin/netc --help > "$here/help"
expect_same man/netc.1

root=$(pwd)
(cd "$here" && "$root/build/bin/netc" build "$root/tests/demo/small.net" > said 2>&1) || {
    cat "$here/said"
    exit 1
}
"$here/small" --help > "$here/help"
for command in $(sed -nE 's/^  ([a-z]+) .*/\1/p' "$here/help"); do
    "$here/small" "$command" --help >> "$here/help"
done
expect_same man/trainer.1

flags=$(sed -n '/^CFLAGS =/,/[^e]$/p' man/netc.1 | tr -d '\n' | sed 's/^CFLAGS = //; s/\\e[[:space:]]*//')
printed=$(CC=gcc build/bin/netc --target=x86-64-v3 -o "$here/small.c" tests/demo/small.net)
case $printed in
*"gcc $flags -I"*) ;;
*)
    failed=1
    echo "man/netc.1 says '$flags', but netc prints: $printed"
    ;;
esac

# Which pages are installed is the machine's affair.
if command -v mandoc > /dev/null; then
    mandoc -Tlint man/netc.1 man/trainer.1 2>&1 |
        grep -vE 'referenced manual not found|outdated mandoc.db' && failed=1
fi
exit $failed
