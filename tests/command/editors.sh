#!/bin/sh
# What editors and shells are given: the completion of netc and of a trainer in bash, of its syntax in zsh and fish; the
# colors in Vim; the TextMate grammar's patterns. What needs a program that is not here is left out, and said so.
# Prints what went wrong, and exits 1 then.
set -u
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
root=$(pwd)
failed=0

wrong() {
    failed=1
    echo "$*"
}

has() {
    command -v "$1" > /dev/null || { echo "editors: no $1 here; what needs it is left out" >&2; return 1; }
}

# completes PROGRAM WORDS...: what bash offers for the last word, on one line
completes() {
    program=$1; shift
    bash -c '. "$1"; shift; program=$1; shift; COMP_WORDS=("$program" "$@"); COMP_CWORD=$#; _${program//[^A-Za-z0-9]/_}; echo "${COMPREPLY[*]}"' \
        - "$here/script" "$program" "$@"
}

expect() {
    [ "$1" = "$2" ] || wrong "bash offers '$1' instead of '$2'"
}

build/bin/netc completion bash > "$here/script" || wrong "no script for bash"
expect "$(completes netc ex)" explain
expect "$(completes netc build --tu)" --tune
expect "$(completes netc check --tu)" ""
expect "$(completes netc fmt --ch)" --check
expect "$(completes netc --diagnostics = j)" json
expect "$(completes netc build --target x86-64-v4 --di)" "--direct --diagnostics"
expect "$(completes netc build --target = n)" native
expect "$(completes netc completion "")" "bash zsh fish"
expect "$(completes netc fmt "")" ""
printf 'sweep width 2 4   # and more\nsweep kind sgd\n' > "$here/swept.net"
expect "$(completes netc check "$here/swept.net" --set =)" "width=2 width=4 kind=sgd"
expect "$(completes netc check "$here/swept.net" --set = k)" kind=sgd
expect "$(completes netc check "$here/swept.net" --set w)" "width=2 width=4"
expect "$(completes netc check "$here/swept.net" --set = width =)" "2 4"
expect "$(completes netc check "$here/swept.net" --set width = 4)" 4
expect "$(completes netc check --set =)" ""
build/bin/netc completion csh > /dev/null 2>&1
[ $? = 2 ] || wrong "a shell without a script does not exit with 2"

(cd "$here" && "$root/build/bin/netc" build "$root/tests/demo/small.net" > log 2>&1) || wrong "$(cat "$here/log")"
(cd "$here" && ./small completion bash) > "$here/script" || wrong "a trainer has no script for bash"
expect "$(completes small trai)" train
expect "$(completes small evaluate --part v)" validation
expect "$(completes small train --ep)" --epochs
expect "$(completes small predict --ep)" ""
expect "$(completes small completion z)" zsh

for shell in zsh fish; do
    has $shell || continue
    for program in build/bin/netc "$here/small"; do
        "$program" completion $shell > "$here/script" && $shell -n "$here/script" || wrong "$shell does not take what $program writes"
    done
done
# completes_zsh WORDS...: what zsh is told to add for the last of netc's words, with stand-ins for what only a prompt has
completes_zsh() {
    zsh -f -c 'compdef() { }; compset() { PREFIX=${PREFIX#$2}; }; _files() { print files; }; _describe() { }
        compadd() { [[ $1 = -a ]] && print -r -- ${(P)2} || print -r -- ${@:#--}; }
        . "$1"; shift; words=(netc "$@") CURRENT=$(($# + 1)) PREFIX=$@[-1]; _netc' - "$here/script" "$@"
}
if has zsh; then
    build/bin/netc completion zsh > "$here/script"
    for asked in "completion b:bash zsh fish" "check $here/swept.net --set=w:width=2 width=4 kind=sgd" "build --target=n:native x86"; do
        offered=$(completes_zsh ${asked%%:*})
        case $offered in "${asked#*:}"*) ;; *) wrong "zsh offers '$offered' for '${asked%%:*}'" ;; esac
    done
fi
if has fish; then
    build/bin/netc completion fish > "$here/script"
    offered=$(HOME=$here fish -c ". $here/script; complete -C 'netc bu'" 2> /dev/null | cut -f1 | head -1)
    [ "$offered" = build ] || wrong "fish offers '$offered' for 'netc bu'"
    offered=$(HOME=$here fish -c ". $here/script; complete -C 'netc check $here/swept.net --set wi'" 2> /dev/null | cut -f1 | tr '\n' ' ')
    [ "$offered" = "width=2 width=4 " ] || wrong "fish offers '$offered' for --set"
    offered=$(HOME=$here fish -c ". $here/script; complete -C 'netc completion '" 2> /dev/null | cut -f1 | tr '\n' ' ')
    [ "$offered" = "bash fish zsh " ] || wrong "fish offers '$offered' for 'netc completion'"
fi

# What color a word of a card has: LINE COLUMN NAME
if has nvim; then
    cat > "$here/card.net" << 'CARD'
let width=8   # TODO
block basic(filters, stride=2) {
    main: conv (2*width) 3x3 relu pad=same stride=stride
}
data "data/train" { damaged skip }
train { optimizer adam rate=1e-3 }
CARD
    cat > "$here/colors.vim" << 'VIM'
edit card.net
for [line, column, name] in [[1, 1, 'netStatement'], [1, 15, 'netComment'], [2, 7, 'netBlock'], [2, 22, 'netOption'], [3, 5, 'netLabel'],
      \ [3, 11, 'netStatement'], [3, 17, 'netNumber'], [3, 26, 'netNumber'], [3, 30, 'netWord'], [3, 35, 'netOption'],
      \ [3, 39, 'netWord'], [5, 7, 'netText'], [5, 21, 'netStatement'], [5, 29, 'netWord'], [6, 9, 'netStatement'],
      \ [6, 19, 'netWord'], [6, 29, 'netNumber']]
  let got = synIDattr(synID(line, column, 1), 'name')
  if got !=# name
    call writefile([line . ':' . column . ' is ' . got . ', not ' . name], 'wrong', 'a')
  endif
endfor
if &filetype !=# 'net' || &shiftwidth != 4
  call writefile(['the file type is ' . &filetype], 'wrong', 'a')
endif
qall!
VIM
    (cd "$here" && HOME=$here timeout 60 nvim --clean --headless -c "set rtp^=$root/build/editors/vim" -c 'filetype off | filetype plugin on | syntax on' \
        -S colors.vim < /dev/null > log 2>&1) || wrong "nvim: $(cat "$here/log")"
    [ ! -e "$here/wrong" ] || wrong "in Vim: $(cat "$here/wrong")"
fi

# The grammar's patterns, as JSON texts, are ones that Perl reads, too.
if has perl; then
    sed -nE 's/.*"(match|begin|end)": "(([^"\\]|\\.)*)".*/\2/p' build/editors/vscode/syntaxes/net.tmLanguage.json |
        sed 's/\\\\/\\/g; s/\\"/"/g' > "$here/patterns"
    [ "$(wc -l < "$here/patterns")" -ge 10 ] || wrong "few patterns in the grammar"
    while IFS= read -r pattern; do
        PATTERN=$pattern perl -e 'qr/$ENV{PATTERN}/' 2> "$here/log" || wrong "no pattern: $pattern"
    done < "$here/patterns"
    for word in conv optimizer damaged pool; do
        grep -q "keyword.control.net.*" build/editors/vscode/syntaxes/net.tmLanguage.json &&
            grep -qE "[(|]$word[)|]" build/editors/vscode/syntaxes/net.tmLanguage.json || wrong "the grammar lacks '$word'"
    done
fi
exit $failed
