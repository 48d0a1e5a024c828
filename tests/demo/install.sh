#!/bin/sh
# Installs the built netc into a staged prefix, uses it from another folder, takes it away again. Prints what
# went wrong, and exits 1 then.
set -u
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
root=$(pwd)
failed=0

wrong() {
    failed=1
    echo "$*"
}

# Everything below a folder but folders.
files() { (cd "$1" && find . ! -type d | sort); }

# 1. staged: DESTDIR is put before each path, and no file knows it
scripts/install.sh install /opt/netc "$here/stage" > "$here/log" || wrong "install failed"
[ -x "$here/stage/opt/netc/bin/netc" ] || wrong "no bin/netc"
for name in vim/vimfiles/syntax/net.vim nvim/site/ftdetect/net.vim netc/vscode/syntaxes/net.tmLanguage.json \
    bash-completion/completions/netc zsh/site-functions/_netc fish/vendor_completions.d/netc.fish; do
    [ -s "$here/stage/opt/netc/share/$name" ] || wrong "no share/$name"
done
! grep -rqI "$here" "$here/stage" || wrong "an installed file names DESTDIR"
for page in "$here"/stage/opt/netc/share/doc/netc/*.md "$here"/stage/opt/netc/share/doc/netc/docs/*.md; do
    for link in $(grep -oE '\]\([^)]*\)' "$page" | tr -d '])(' | grep -v '^https:'); do
        [ -f "$(dirname "$page")/$link" ] || wrong "$page leads to $link, which is not installed"
    done
done
for name in $(grep -oE '(docs|examples)/[a-z/0-9-]+\.(md|net|png)|CONTRIBUTING.md' README.md); do
    [ -f "$here/stage/opt/netc/share/doc/netc/$name" ] ||
        wrong "README.md names $name, which is not installed"
done
flags=$(PKG_CONFIG_LIBDIR="$here/stage/opt/netc/lib/pkgconfig" pkg-config --cflags --libs netc 2>&1) || true
if command -v pkg-config > /dev/null; then
    case $flags in
    *-I/opt/netc/include/netc*-L/opt/netc/lib*-lnetc*) ;;
    *) wrong "pkg-config says: $flags" ;;
    esac
fi

# makes_a_trainer NETC: of a card that lies elsewhere, in the current folder; it runs.
makes_a_trainer() {
    rm -f small small.c
    "$1" build "$root/tests/demo/small.net" > "$here/log" 2>&1 || wrong "$1: $(cat "$here/log")"
    ./small summary > "$here/log" 2>&1 || wrong "the trainer of $1: $(cat "$here/log")"
    ! grep -q "$root" small.c || wrong "small.c names the build tree"
}

# 2. in place, moved as a whole, and through a link: netc finds its parts beside itself, from any folder
scripts/install.sh install "$here/prefix" > "$here/log" || wrong "install failed"
mkdir "$here/else where"
cd "$here/else where" || exit 1
makes_a_trainer "$here/prefix/bin/netc"
ln -s "$here/prefix/bin/netc" link
makes_a_trainer ./link
mv "$here/prefix" "$here/moved"
makes_a_trainer "$here/moved/bin/netc"
mv "$here/moved" "$here/prefix"
PATH=$here/prefix/bin:$PATH
makes_a_trainer netc

# 3. a trainer of one's own make, with what the .pc file tells
if command -v pkg-config > /dev/null; then
    export PKG_CONFIG_PATH="$here/prefix/lib/pkgconfig"
    # shellcheck disable=SC2046 # words
    cc -O2 -march=native $(pkg-config --cflags netc) -o own small.c $(pkg-config --libs netc) \
        > "$here/log" 2>&1 ||
        wrong "$(cat "$here/log")"
    ./own summary > "$here/log" 2>&1 || wrong "a trainer made with pkg-config: $(cat "$here/log")"
fi
cd "$root" || exit 1

# 4. again over the old, with a file of somebody else's among netc's: uninstall takes its own alone
mkdir -p "$here/prefix/share/netc/models"
echo mine > "$here/prefix/share/netc/models/mine.net"
scripts/install.sh install "$here/prefix" > "$here/log" || wrong "install over an install failed"
scripts/install.sh uninstall "$here/prefix" > "$here/log" || wrong "uninstall failed"
[ "$(files "$here/prefix")" = ./share/netc/models/mine.net ] || wrong "left: $(files "$here/prefix")"
scripts/install.sh uninstall /opt/netc "$here/stage" > "$here/log" || wrong "uninstall failed"
[ ! -e "$here/stage/opt/netc" ] || wrong "left: $(find "$here/stage")"
mkdir -p "$here/own/usr/bin"
scripts/install.sh install /usr "$here/own" > "$here/log" || wrong "install failed"
scripts/install.sh install /usr "$here/own" > "$here/log" || wrong "install over an install failed"
scripts/install.sh uninstall /usr "$here/own" > "$here/log" || wrong "uninstall failed"
[ "$(cd "$here/own/usr" && echo * */*)" = 'bin */*' ] || wrong "left: $(find "$here/own")"

# 5. wrong use
scripts/install.sh uninstall "$here/nowhere" > /dev/null 2>&1
[ $? = 3 ] || wrong "uninstalling nothing does not exit with 3"
scripts/install.sh install usr > /dev/null 2>&1
[ $? = 2 ] || wrong "a relative PREFIX does not exit with 2"

exit $failed
