#!/bin/sh
# Proves the set-up: in a bare Debian 12, to which only make and git were added, `make demo` brings what it
# needs and runs the tutorial, `make check` brings what proofs need beyond that and passes, and once all is
# there, setting up again installs nothing and needs no network. What is committed is what is proven. The
# Debian is made anew in a temporary folder, from the mirror that this machine uses, and taken away again.
#
# usage: bare-debian.sh     (some minutes)
#
# exit: 0 proven, 77 'skipped: ' and the reason was printed, 1 not.
set -eu

cd "$(dirname "$0")/.."
repository=$(pwd)

skip() {
    echo "bare-debian: skipped: $*"
    exit 77
}

# The first mirror that apt here has for Debian 12, from one-line files or the newer ones.
mirror() {
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -f "$file" ] || awk '/^URIs:/ { uri = $2 } /^Suites:.* bookworm( |$)/ { print uri }' "$file"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -f "$file" ] ||
            sed -n 's/^deb  *\(\[[^]]*\]  *\)\{0,1\}\([^ ]*\)  *bookworm  *main.*/\2/p' "$file"
    done
}

[ "$(id -u)" = 0 ] || skip "only root can change the root folder"
command -v debootstrap > /dev/null || skip "debootstrap is not installed"
git rev-parse -q --verify HEAD > /dev/null 2>&1 || skip "nothing is committed yet"
mirror=$(mirror | head -n 1)
[ -n "$mirror" ] || skip "apt here has no mirror of Debian 12"
unshare --mount true 2>/dev/null || skip "mounting is not allowed here"

# All mounts are made in a namespace of our own and vanish with it.
if [ "${BARE_DEBIAN_INSIDE-}" != yes ]; then
    BARE_DEBIAN_INSIDE=yes exec unshare --mount "$0"
fi

bare=$(mktemp -d)
trap 'umount -l "$bare/proc" "$bare/dev/pts" 2>/dev/null; rm -rf --one-file-system "$bare"' EXIT

say() { echo "bare-debian: $*"; }

# Runs a line in the bare Debian, in the project's folder there; the network's settings are this machine's.
inside() {
    chroot "$bare" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        DEBIAN_FRONTEND=noninteractive \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        /bin/sh -euc "cd /root/netc; $1"
}

say "making a bare Debian 12 in $bare"
debootstrap --variant=minbase bookworm "$bare" "$mirror" > "$bare.log" 2>&1 || {
    reason=$(grep '^[EW]:' "$bare.log" | tail -n 1)
    rm -f "$bare.log"
    skip "debootstrap failed: ${reason:-for an unknown reason}"
}
rm -f "$bare.log"
cp /etc/resolv.conf "$bare/etc/resolv.conf"
cp /etc/apt/apt.conf.d/* "$bare/etc/apt/apt.conf.d/" 2>/dev/null || true
mkdir -p "$bare/root/netc"
mount -t proc proc "$bare/proc" 2>/dev/null || skip "mounting /proc is not allowed here"
mkdir -p "$bare/dev/pts"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$bare/dev/pts" 2>/dev/null ||
    skip "mounting /dev/pts is not allowed here"
ln -sf pts/ptmx "$bare/dev/ptmx"
inside true 2>/dev/null || skip "changing the root folder is not allowed here"

say "adding make and git"
inside 'apt-get update -q && apt-get install -qy --no-install-recommends make git' \
    > "$bare/root/log" 2>&1 || {
    cat "$bare/root/log"
    skip "make and git could not be installed"
}
git -c safe.directory="$repository" clone -q "$repository" "$bare/root/netc"

# Makes a target there. Shows the lines that tell how it went, of which one must look as the pattern says;
# where it went wrong, its end.
make_inside() {
    say "make $1"
    if ! inside "make $1" > "$bare/root/log" 2>&1 || ! grep -qE "$2" "$bare/root/log"; then
        tail -n 40 "$bare/root/log"
        say "failed: make $1"
        exit 1
    fi
    grep -E "^deps: |^Done in|$2" "$bare/root/log"
}

make_inside demo '^cat [0-9.]+ held-out/cat'
make_inside check '^[0-9]+ passed, 0 failed'
make_inside deps '^deps: installing dataset-fashion-mnist'

say "make deps again, without network"
unshare --net true 2>/dev/null || skip "the network cannot be taken away here"
before=$(inside 'dpkg-query -W' | cksum)
code=0
said=$(unshare --net chroot "$bare" /bin/sh -c 'cd /root/netc && make deps' 2>&1) || code=$?
if [ "$code$said" != 0 ]; then
    say "failed: a second 'make deps' exited with $code and said: $said"
    exit 1
fi
if [ "$before" != "$(inside 'dpkg-query -W' | cksum)" ]; then
    say "failed: a second 'make deps' changed what is installed"
    exit 1
fi
say "proven"
