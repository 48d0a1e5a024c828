#!/bin/sh
# TensorBoard, from PyPI, reads what a training leaves: a run that was killed in the middle and gone on with shows each
# epoch once, with the numbers of its results.csv.
#
# usage: tensorboard.sh     (netc and build/demo/draw must be built)
#
# exit: 0 passed, 77 'skipped: ' and the reason was printed, 1 failed.
set -eu

cd "$(dirname "$0")/../.."
root=$(pwd)
here=build/tests/tensorboard
python=$root/build/tensorboard/bin/python

# The packages stay for the next time.
if ! "$python" -c 'import tensorboard' 2> /dev/null; then
    if ! python3 -m venv build/tensorboard > /dev/null 2>&1; then
        echo "tensorboard: skipped: there is no python3 with venv"
        exit 77
    fi
    if ! "$python" -m pip install --quiet --disable-pip-version-check tensorboard > build/tensorboard/pip.log 2>&1; then
        echo "tensorboard: skipped: it could not be installed, as build/tensorboard/pip.log tells"
        exit 77
    fi
fi

rm -rf "$here"
mkdir -p "$here"
cd "$here"
"$root/build/demo/draw" --count 400 data/train > /dev/null
cat > seen.net <<'CARD'
network seen
input 32x32x3 scale=1/255       # small, so that
data "data/train" {             # it is quick
    validation 20%
    class cat "cat.*"
    class dog "dog.*"
}
augment { flip horizontal }
model {
    conv 8 3x3 relu
    pool max 2x2
    flatten
    dense 1 sigmoid
}
train {
    loss      binary_crossentropy
    optimizer rmsprop rate=1e-3
    metric    f1
    batch     4
    epochs    5
}
CARD
"$root/build/bin/netc" build seen.net > built

./seen train > killed 2>&1 &
while ! grep -q '^2,' runs/seen/1/results.csv 2> /dev/null; do
    sleep 0.01
done
kill -9 $!
wait $! 2> /dev/null || true
./seen train > said
"$python" "$root/tests/trainer/read_events.py" runs/seen/1
