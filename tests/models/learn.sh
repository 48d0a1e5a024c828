#!/bin/sh
# Shows that the networks of models/ learn: each card, with its data, the size of its input and the number of its answers
# changed, is trained on small drawn data (tests/models/draw) or on Fashion-MNIST until what it says of held-out
# data is good enough.
#
# usage: learn.sh [CARD...]     (some minutes; netc and build/tests/draw must be built)
#
# exit: 0 all learn, 77 'skipped: ' and the reason was printed, 1 some do not.
set -u

cd "$(dirname "$0")/../.."
root=$(pwd)
here=${HERE:-build/tests/models}
fashion=/usr/share/datasets/fashion-mnist
failed=0 learned=0 wanted=$*

# The card with other data, and without augmentation and schedule, which are for long trainings.
#   card_for CARD DATA SED
card_for() {
    awk -v data="$2" '
        /^data/ { print data; skip = 1 }
        /^augment/ { skip = 1 }
        !skip && !/^ *(schedule|ema) / { print }
        /^}/ { skip = 0 }' "models/$1.net" | sed -e 's/^    optimizer .*/    optimizer adam rate=1e-3/' \
        -e 's/^    batch .*/    batch 16/' -e "$3"
}

# The best of a column of results.csv: the highest, or the lowest of a loss.
best() {
    awk -F, -v name="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
        NR > 1 { value = name ~ /loss/ ? -$column : $column; if (!any++ || value > top) top = value }
        END { print name ~ /loss/ ? -top : top }' "$1"
}

#   learns CARD DATA SED EPOCHS COLUMN LEAST|MOST
learns() {
    case " $wanted " in "  " | *" $1 "*) ;; *) return ;; esac
    card_for "$1" "$2" "$3" > "$here/$1.net"
    if ! (cd "$here" && "$root/build/bin/netc" build "$1.net" -o "./$1" > "$1.log" 2>&1 &&
          "./$1" train --new --quiet --epochs "$4" >> "$1.log" 2>&1); then
        tail -5 "$here/$1.log"
        failed=$((failed + 1))
        return
    fi
    reached=$(best "$(ls -td "$here"/runs/"$1"/*/ | head -1)results.csv" "$5")
    if awk -v a="$reached" -v b="$6" -v name="$5" 'BEGIN { exit !(name ~ /loss/ ? a <= b : a >= b) }'; then
        learned=$((learned + 1)) verdict=learns
    else
        failed=$((failed + 1)) verdict='DOES NOT LEARN'
    fi
    echo "$1: $5 $reached in $4 epochs, wanted $6: $verdict"
}

rm -rf "$here"
mkdir -p "$here"
build/tests/draw "$here" || exit 1
ln -sf "$fashion" "$here/fashion"

classes='data "classes" { validation 15% }'
# Of a card for ImageNet.
small='s/^input [0-9x]*/input 64x64x3/; s/dense 1000/dense 4/; s/conv 1000/conv 4/'
# Of a card for CIFAR-10.
tiny='s/dense 10 /dense 4 /'

if [ -d "$fashion" ]; then
    learns lenet5 'data arrays {
    train "fashion/train-images-idx3-ubyte.gz" "fashion/train-labels-idx1-ubyte.gz"
    validation "fashion/t10k-images-idx3-ubyte.gz" "fashion/t10k-labels-idx1-ubyte.gz"
}' '' 3 validation_accuracy 0.85
    learns autoencoder 'data arrays {
    target input
    train "fashion/train-images-idx3-ubyte.gz"
    validation "fashion/t10k-images-idx3-ubyte.gz"
}' '' 2 validation_loss 0.03
else
    echo "models: lenet5 and autoencoder skipped: $fashion is not there"
fi
learns vgg11_small      "$classes" "$tiny" 12 validation_accuracy 0.85
learns resnet20         "$classes" "$tiny" 6 validation_accuracy 0.9
learns resnet8          "$classes" "$tiny" 8 validation_accuracy 0.9
learns densenet_small   "$classes" "$tiny" 6 validation_accuracy 0.85
learns alexnet          "$classes" "$small; s/rate=1e-3/rate=1e-4/" 30 validation_accuracy 0.9
learns resnet18         "$classes" "$small" 6 validation_accuracy 0.9
learns squeezenet       "$classes" "$small; s/rate=1e-3/rate=3e-4/" 40 validation_accuracy 0.8
learns mobilenet_v1_025 "$classes" "$small; s/rate=1e-3/rate=3e-3/" 30 validation_accuracy 0.8
learns mobilenet_v2_100 "$classes" "$small" 30 validation_accuracy 0.85
learns efficientnet_b0  "$classes" "$small" 25 validation_accuracy 0.85
learns unet_small       'data pairs "pictures" "masks" {
    class background "0"
    class thing "255"
    validation 10%
}' 's/^input [0-9x]*/input 64x64x3/' 6 validation_iou 0.8
learns ds_cnn           'data arrays {
    train "inputs.npy" "words.npy"
    validation 10%
}' '' 6 validation_accuracy 0.9
learns pilotnet         'data csv "places.csv" {
    file file root="classes"
    target x
    validation 10%
}' 's/^input [0-9x]*/input 66x200x3/' 12 validation_loss 0.05
learns labels           'data csv "several.csv" {
    file name root="several"
    label shows separator=" "
    validation 10%
}' 's/^input [0-9x]*/input 64x64x3/; s/dense 20/dense 4/' 12 validation_accuracy 0.8

echo "models: $learned learn, $failed do not"
[ "$failed" = 0 ]
