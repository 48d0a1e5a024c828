#!/bin/sh
# Installs the Debian 12 packages that a job needs and the machine lacks. Where nothing lacks, it asks
# neither network nor password, and says nothing.
#
# usage: deps.sh [build|check|demo|fashion|aarch64|fuzz]...      (none: all but the last two)
#
# exit: 0 all there, 1 they could not be installed (the line to run is printed), 2 wrong use.
set -eu

# What a job needs: `check` and `demo` are built, too.
build="gcc libc6-dev flex bison libpng-dev libjpeg-dev zlib1g-dev libjansson-dev pkg-config libwebp-dev libtiff-dev libmicrohttpd-dev"
check="$build libcunit1-dev clang"
demo="$build"
fashion="$build dataset-fashion-mnist"
fuzz="$check libclang-rt-14-dev"
aarch64="$check gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"

wanted=
for job in "${@:-all}"; do
    case $job in
    build) wanted="$wanted $build" ;;
    check) wanted="$wanted $check" ;;
    demo) wanted="$wanted $demo" ;;
    fashion) wanted="$wanted $fashion" ;;
    aarch64) wanted="$wanted $aarch64" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    all) wanted="$check $fashion" ;;
    *) echo "deps.sh: unknown job '$job'; there are build, check, demo, fashion, aarch64 and fuzz" >&2; exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null; then
    echo "deps: not a Debian system, so nothing was installed; needed are:$wanted" >&2
    exit 0
fi

# dpkg-query knows nothing of a package that was never there, and complains: that, too, means missing.
missing() {
    # shellcheck disable=SC2086 # a list of words
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
        awk -v wanted="$wanted" '
            $2 == "installed" { there[$1] = 1 }
            END {
                n = split(wanted, name, " ")
                for (i = 1; i <= n; i++)
                    if (!there[name[i]]++) printf "%s ", name[i]
            }'
}

lacking=$(missing)
[ -n "$lacking" ] || exit 0

install="apt-get install -y --no-install-recommends ${lacking% }"
if [ "$(id -u)" = 0 ]; then
    as_root="env DEBIAN_FRONTEND=noninteractive"
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root="sudo env DEBIAN_FRONTEND=noninteractive"
else
    echo "deps: some packages are missing and only root can install them; please run" >&2
    echo "    sudo $install" >&2
    exit 1
fi

echo "deps: installing ${lacking% }"
# The lists of packages may be absent or old: they are fetched when installing fails without.
# shellcheck disable=SC2086 # words
$as_root $install || { $as_root apt-get update && $as_root $install; } || {
    echo "deps: apt-get could not install them; its reasons are above. To try again:" >&2
    echo "    $install" >&2
    exit 1
}
