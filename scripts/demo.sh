#!/bin/sh
# The tutorial, from drawing the pictures to an answer about one: what `make demo` runs once netc, its
# library and build/demo/draw are built. It may be run again: pictures that are there are not drawn again.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd)
card=examples/catdog/catdog.net
start=$(date +%s)

if [ ! -x build/demo/draw ] || [ ! -x build/bin/netc ]; then
    echo "demo.sh: netc and build/demo/draw are not built; 'make demo' does it all" >&2
    exit 3
fi

say() { printf '\n%s\n' "$*"; }

# Shows a command as a person would type it, and runs it.
run() {
    printf '  $ %s\n' "$*"
    "$@"
}

# A folder of pictures, there as a whole or not at all.
draw() {
    folder=$1
    shift
    [ ! -d "$folder" ] || return 0
    rm -rf "$folder.part"
    mkdir -p "$(dirname "$folder")"
    ./draw "$@" "$folder.part" > /dev/null
    mv "$folder.part" "$folder"
}

cd build/demo
PATH=$root/build/bin:$PATH

say "1. Pictures: 2,000 drawings of cats and dogs in build/demo/data/train, and a few held out."
draw data/train --count 2000 --seed 1
draw held-out --count 8 --first 1000 --seed 1

say "2. From the card to a program: $card becomes catdog.c, and that ./catdog."
run netc build "../../$card"

say "3. What the data are, and what the network will see of them (build/demo/catdog-data/)."
run ./catdog data

say "4. Training. Ctrl-C stops it and saves; 'make demo' then goes on."
run ./catdog train --epochs 10

say "5. How good is it on the pictures that it was not trained on?"
run ./catdog evaluate

say "6. A cat and a dog that took no part in the training:"
run ./catdog predict held-out/cat.1001.jpg held-out/dog.1001.jpg

say "7. What each convolution saw in that cat: ears, whiskers, eyes."
run ./catdog look held-out/cat.1001.jpg --output look

seconds=$(($(date +%s) - start))
cat <<END

Done in $((seconds / 60)) min $((seconds % 60)) s. All of it is in build/demo: the generated catdog.c, the
program ./catdog, the run's checkpoints and curve in runs/catdog/, the pictures of what it saw in look/,
and more pictures to ask about: ./catdog predict held-out

The same card on real photographs, the 25,000 of Kaggle's "Dogs vs. Cats":
    mkdir -p build/photos/data && cd build/photos
    unzip -q .../train.zip -d data          # data/train/cat.0.jpg, data/train/dog.0.jpg, ...
    ../bin/netc build ../../$card
    ./catdog data                           # 11250 and 1250 of each
    ./catdog train
    ./catdog look data/train/cat.0.jpg
END
