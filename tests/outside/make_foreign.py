"""make_foreign.py - writes foreign_torch.safetensors and foreign_keras.safetensors: weights as PyTorch and Keras name,
lay and save them, and foreign.safetensors: what both networks answer, for foreign.c to hold the cards beside it against.

Run by hand, never by `make check`:
    python make_foreign.py torch        with PyTorch (1.13.1, as Debian has it) and safetensors
    python make_foreign.py keras        with requirements.txt

Each network is a convolution with a padded edge, a batch norm that has seen data, a depthwise and a transposed
convolution, and two dense layers behind a flattened map. No tensor is renamed or turned: state_dict() and weights are
written as they come, PyTorch's num_batches_tracked, whole numbers without dimensions, included.
foreign.safetensors has NAME/input F32 [4][8][6][3] and NAME/answer F32 [4][3] of NAME torch and keras."""

import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGES, SHAPE = 4, (8, 6, 3)


def input_of(seed):
    return np.random.default_rng(seed).uniform(-1, 1, (IMAGES,) + SHAPE).astype(np.float32)


def torch_answer(path, x):
    import torch
    from safetensors.torch import save_file
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, 5, (3, 5), padding=(1, 2)), nn.BatchNorm2d(5), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(5, 10, 2, groups=5), nn.ReLU(), nn.ConvTranspose2d(10, 4, 2, stride=2), nn.ReLU())
            self.fc1 = nn.Linear(6 * 4 * 4, 7)
            self.fc2 = nn.Linear(7, 3)

        def forward(self, x):
            x = torch.flatten(self.features(x), 1)
            return torch.softmax(self.fc2(torch.relu(self.fc1(x))), 1)

    torch.manual_seed(1)
    net = Net()
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if value.dtype == torch.float32 and not name.endswith("running_var"):
                value.copy_(torch.randn(value.shape) * 0.5)
        net.train()
        for _ in range(3):
            net(torch.randn(8, 3, 8, 6) * 2 + 1)
        net.eval()
        save_file(net.state_dict(), path)
        return net(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())).numpy()


def keras_answer(path, x):
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
    import keras
    from keras import layers
    from safetensors.numpy import save_file

    keras.utils.set_random_seed(1)
    net = keras.Sequential([
        keras.Input(SHAPE), layers.Conv2D(5, (3, 5), padding="same"), layers.BatchNormalization(), layers.ReLU(),
        layers.MaxPooling2D(2), layers.DepthwiseConv2D(2, depth_multiplier=2, activation="relu"),
        layers.Conv2DTranspose(4, 2, strides=2, activation="relu"), layers.Flatten(),
        layers.Dense(7, activation="relu"), layers.Dense(3, activation="softmax")])
    draw = np.random.default_rng(2)
    for weight in net.weights:
        low = 0.5 if weight.path.endswith("moving_variance") else -0.5
        weight.assign(draw.uniform(low, low + 1, weight.shape).astype(np.float32))
    save_file({weight.path: np.asarray(weight.numpy()) for weight in net.weights}, path)
    return net.predict(x, verbose=0)


def main():
    from safetensors.numpy import load_file, save_file

    name = sys.argv[1]
    both = os.path.join(HERE, "foreign.safetensors")
    fixture = load_file(both) if os.path.exists(both) else {}
    x = input_of(3)
    fixture[name + "/input"] = x
    fixture[name + "/answer"] = {"torch": torch_answer, "keras": keras_answer}[name](
        os.path.join(HERE, "foreign_%s.safetensors" % name), x)
    save_file(fixture, both)


if __name__ == "__main__":
    main()
