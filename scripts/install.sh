#!/bin/sh
# Installs netc from the build tree, or takes away exactly what was installed.
#
# usage: install.sh install|uninstall PREFIX [DESTDIR]
#
# `install` writes the list of its files to PREFIX/share/netc/installed; `uninstall` reads that list,
# so it also fits an older version. DESTDIR stages: it is put before every path and written nowhere.
set -eu

die() {
    echo "install.sh: $2" >&2
    exit "$1"
}

[ $# -ge 2 ] || die 2 "usage: install.sh install|uninstall PREFIX [DESTDIR]"
command=$1 prefix=${2%/} root=${3-}${2%/}
case $2 in
/*) ;;
*) die 2 "PREFIX must start with '/', but is '$2'" ;;
esac
list=share/netc/installed
source=$(cd "$(dirname "$0")/.." && pwd)

# Which file goes where, with which mode: the one list. Paths are below the sources and the prefix.
manifest() {
    echo "755 build/bin/netc bin/netc"
    echo "644 build/lib/libnetc.a lib/libnetc.a"
    echo "644 man/netc.1 share/man/man1/netc.1"
    echo "644 man/trainer.1 share/man/man1/netc-trainer.1"
    folder build/include/netc include/netc '*.h'
    folder models share/netc/models '*.net'
    folder docs share/doc/netc '*.md'
    echo "644 README.md share/doc/netc/README.md"
    folder examples share/doc/netc/examples '*.net'
}

# Every file below a folder that fits the pattern.
folder() {
    [ ! -d "$source/$1" ] || (cd "$source/$1" && find . -type f -name "$3" | sort) |
        sed "s|^\./\(.*\)|644 $1/\1 $2/\1|"
}

put() {
    echo "$root/$3"
    install -D -m "$1" "$source/$2" "$root/$3"
    echo "$3" >> "$written"
}

do_install() {
    [ -x "$source/build/bin/netc" ] || die 3 "build/bin/netc is not built; run 'make' first"
    [ ! -f "$root/$list" ] || do_uninstall > /dev/null      # an older version's files may have other names
    written=$(mktemp)
    filled=$(mktemp)
    trap 'rm -f "$written" "$filled"' EXIT

    manifest | while read -r mode from to; do
        put "$mode" "$from" "$to"
    done
    version=$("$source/build/bin/netc" --version | sed -n '1s/^netc //p')
    sed -e "s|@PREFIX@|$prefix|" -e "s|@VERSION@|$version|" "$source/netc.pc.in" > "$filled"
    echo "$root/lib/pkgconfig/netc.pc"
    install -D -m 644 "$filled" "$root/lib/pkgconfig/netc.pc"
    { cat "$written"; echo lib/pkgconfig/netc.pc; echo "$list"; } > "$filled"
    install -D -m 644 "$filled" "$root/$list"
}

do_uninstall() {
    [ -f "$root/$list" ] || die 3 "$root/$list is not there: nothing to uninstall"
    while read -r file; do
        echo "$root/$file"
        rm -f "$root/$file"
    done <<FILES
$(cat "$root/$list")
FILES
    # The folders that are netc's alone, where nothing of anybody else's lies in them.
    for folder in include/netc share/netc share/doc/netc; do
        [ ! -d "$root/$folder" ] || find "$root/$folder" -depth -type d -empty -delete
    done
}

case $command in
install) do_install ;;
uninstall) do_uninstall ;;
*) die 2 "unknown command '$command'; there are install and uninstall" ;;
esac
