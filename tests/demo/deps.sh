#!/bin/sh
# What scripts/deps.sh does on machines that it is shown: with stand-ins for dpkg-query, apt-get, sudo and
# id in front of the path. Prints what went wrong, and exits 1 then.
# shellcheck disable=SC2016 # the stand-ins expand, not we
set -u
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
failed=0

# stand_in NAME TEXT: a program of that name that runs this text.
stand_in() {
    printf '#!/bin/sh\n%s\n' "$2" > "$here/$1"
    chmod +x "$here/$1"
}

# expect WHAT WANTED GOT
expect() {
    [ "$2" = "$3" ] && return
    failed=1
    printf '%s: wanted\n%s\ngot\n%s\n' "$1" "$2" "$3"
}

# run ARGUMENTS...: fills $code and $said; what apt-get and sudo were asked is in $here/asked. Standard
# input is no terminal.
run() {
    : > "$here/asked"
    said=$(PATH="$here:/usr/bin:/bin" scripts/deps.sh "$@" 2>&1 < /dev/null)
    code=$?
}
asked() { cat "$here/asked"; }

stand_in apt-get 'echo "apt-get $*" >> '"$here/asked"
stand_in sudo 'echo "sudo $*" >> '"$here/asked"'; [ "$1" != -n ] || shift; "$@"'
everything='for p in "$@"; do case $p in -*|*{*) ;; *) echo "$p installed" ;; esac; done'
lacks_flex='for p in "$@"; do case $p in -*|*{*) ;; flex) echo "flex config-files" ;; gcc) ;;
    *) echo "$p installed" ;; esac; done; exit 1'
install='apt-get install -y --no-install-recommends gcc flex'

stand_in id 'echo 0'
stand_in dpkg-query "$everything"
run
expect 'nothing lacks' '0||' "$code|$said|$(asked)"

stand_in dpkg-query "$lacks_flex"
run build
expect 'root installs what lacks, and removed is not installed' \
    "0|deps: installing gcc flex|$install" "$code|$said|$(asked)"

stand_in id 'echo 1000'
run build
expect 'through sudo' "0|sudo -n true
sudo env DEBIAN_FRONTEND=noninteractive $install
$install" "$code|$(asked)"

stand_in sudo 'exit 1'
run build
expect 'neither root nor sudo' "1|deps: some packages are missing and only root can install them; please run
    sudo $install|" "$code|$said|$(asked)"

stand_in id 'echo 0'
stand_in apt-get 'echo "apt-get $*" >> '"$here/asked"'
    [ "$1" = update ] && touch '"$here/lists"'; [ -e '"$here/lists"' ]'
run build
expect 'lists are fetched only where installing fails without' "0|$install
apt-get update
$install" "$code|$(asked)"

stand_in apt-get 'echo "apt-get $*" >> '"$here/asked"'; exit 100'
run build
expect 'no network' 1 "$code"

run bulid
expect 'wrong use' "2|deps.sh: unknown job 'bulid'; there are build, check, demo, fashion, aarch64 and fuzz" "$code|$said"

exit $failed
