"""make_rates.py - writes rates.safetensors: what Keras's schedules and callbacks make of a rate, for rates.c.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_rates.py

A fixture holds, all F64: NAME [steps], the rate of each step of a phase of 12 epochs of 25 steps from 0.1, as the
card of rates.c of that name has it; `losses` [epochs], and what comes of them: `plateau`, the rate after each epoch,
`stopped` [1], the epochs that were done when training ended."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
RATE, EPOCHS, STEPS = 0.1, 12, 25
ALL, WARM = EPOCHS * STEPS, 40                  # a warmup of 1.6 epochs


def values(schedule, steps=ALL):
    return np.array([float(np.asarray(schedule(s))) for s in range(steps)])


def warmed(rates):
    """Grows as PyTorch's LinearLR(start_factor=1/WARM, total_iters=WARM-1) does."""
    return np.concatenate([RATE * (1 + np.arange(WARM)) / WARM, rates])


def schedules():
    s = keras.optimizers.schedules
    return {
        "cosine": values(s.CosineDecay(RATE, ALL, alpha=0.02)),
        "warm cosine": warmed(values(s.CosineDecay(RATE, ALL - WARM), ALL - WARM)),
        "polynomial": values(s.PolynomialDecay(RATE, ALL, end_learning_rate=0, power=0.9)),
        "exponential": values(s.ExponentialDecay(RATE, STEPS, 0.8)),
        "step": values(s.ExponentialDecay(RATE, 3 * STEPS, 0.3, staircase=True)),
        # Keras changes the rate behind the boundary, netc at the step of that time
        "steps": values(s.PiecewiseConstantDecay([int(2.2 * STEPS) - 1, 9 * STEPS - 1], [RATE, RATE / 10, RATE / 100])),
    }


def callbacks():
    losses = [1, .9, .95, .9, .8, .81, .82, .8, .79, .85, .8, .795, .9, .9, .9, .9, .9, .9, .9]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(RATE), "mse")
    plateau = keras.callbacks.ReduceLROnPlateau(patience=3, factor=0.5, min_delta=0)
    stop = keras.callbacks.EarlyStopping(patience=5, min_delta=0.005)
    rates, stopped = [], 0
    for callback in (plateau, stop):
        callback.set_model(model)
        callback.on_train_begin()
    model.stop_training = False
    for epoch, loss in enumerate(losses):
        plateau.on_epoch_end(epoch, {"val_loss": loss})
        stop.on_epoch_end(epoch, {"val_loss": loss})
        rates.append(float(np.asarray(model.optimizer.learning_rate)))
        if model.stop_training and not stopped:
            stopped = epoch + 1
    return {"losses": np.array(losses, np.float64), "plateau": np.array(rates), "stopped": np.array([stopped], np.float64)}


if __name__ == "__main__":
    keras.config.set_floatx("float64")
    save_file({**schedules(), **callbacks()}, os.path.join(HERE, "rates.safetensors"))
