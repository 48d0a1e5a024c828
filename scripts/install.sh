#!/bin/sh
# Installs netc from the build tree, or takes away exactly what was installed.
#
# usage: install.sh install|uninstall PREFIX [DESTDIR]
#
# `install` writes the list of its files, and of the folders that it made for them, to
# PREFIX/share/netc/installed; `uninstall` reads that list, so it also fits an older version. DESTDIR stages:
# it is put before every path and written nowhere.
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
    for site in share/vim/vimfiles share/nvim/site; do
        folder build/editors/vim $site '*.vim'
    done
    folder build/editors/vscode share/netc/vscode '*.json'
    echo "644 build/completions/netc share/bash-completion/completions/netc"
    echo "644 build/completions/_netc share/zsh/site-functions/_netc"
    echo "644 build/completions/netc.fish share/fish/vendor_completions.d/netc.fish"
    folder build/include/netc include/netc '*.h'
    folder models share/netc/models '*.net'
    # as they lie in the sources, so that they find each other
    echo "644 README.md share/doc/netc/README.md"
    echo "644 CONTRIBUTING.md share/doc/netc/CONTRIBUTING.md"
    folder docs share/doc/netc/docs '*.md'
    folder docs share/doc/netc/docs '*.png'
    folder docs share/doc/netc/docs '*.svg'
    folder examples share/doc/netc/examples '*.net'
}

# Every file below a folder that fits the pattern.
folder() {
    [ ! -d "$source/$1" ] || (cd "$source/$1" && find . -type f -name "$3" | sort) |
        sed "s|^\./\(.*\)|644 $1/\1 $2/\1|"
}

# put MODE FILE TO: a file, noted in the list behind the folders that it needed.
put() {
    echo "$root/$3"
    folder=$(dirname "$3")
    while [ ! -d "$root/$folder" ]; do
        echo "${folder#.}/" >> "$written"       # PREFIX itself is "/"
        [ "$folder" != . ] || break
        folder=$(dirname "$folder")
    done
    install -D -m "$1" "$2" "$root/$3"
    echo "$3" >> "$written"
}

do_install() {
    [ -x "$source/build/bin/netc" ] || die 3 "build/bin/netc is not built; run 'make' first"
    written=$(mktemp)
    filled=$(mktemp)
    trap 'rm -f "$written" "$filled"' EXIT
    if [ -f "$root/$list" ]; then       # an older version's files may have other names; its folders stay ours
        sed -n '/\/$/p' "$root/$list" > "$written"
        do_uninstall > /dev/null
    fi

    manifest | while read -r mode from to; do
        put "$mode" "$source/$from" "$to"
    done
    version=$("$source/build/bin/netc" --version | sed -n '1s/^netc //p')
    sed -e "s|@PREFIX@|$prefix|" -e "s|@VERSION@|$version|" -e "s|@LIBRARIES@|$(cat "$source/build/libraries")|" "$source/netc.pc.in" > "$filled"
    put 644 "$filled" lib/pkgconfig/netc.pc
    put 644 /dev/null "$list"
    cat "$written" > "$root/$list"
}

do_uninstall() {
    [ -f "$root/$list" ] || die 3 "$root/$list is not there: nothing to uninstall"
    # Files come before the folders that they lie in, which go where nothing of anybody else's is in them.
    LC_ALL=C sort -ru "$root/$list" | while read -r file; do
        case $file in
        */) rmdir "$root/$file" 2> /dev/null || true ;;
        *) echo "$root/$file"; rm -f "$root/$file" ;;
        esac
    done
}

case $command in
install) do_install ;;
uninstall) do_uninstall ;;
*) die 2 "unknown command '$command'; there are install and uninstall" ;;
esac
