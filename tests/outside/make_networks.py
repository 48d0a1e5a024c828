"""make_networks.py - writes chain, residual and fanout.safetensors: what Keras makes of the
networks of the cards beside it, in double precision, for networks.c to hold programs against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_networks.py

A fixture holds, all tensors in Keras's order, NAME a tensor such as conv1.weight:
    one batch:  input U8 [n][H][W][C], of the value (u - 128) / 64, exact in a float;
                target I32 [n]; initial/NAME F32; output/LAYER F32 [n][h][w][c]; loss F64 [1];
                correct I32 [1]; gradient/NAME F32 of the mean loss
    ten steps:  steps/count I32 [10], steps/input and steps/target one after another;
                OPTIMIZER/loss F64 [10], before each update; OPTIMIZER/NAME F32, after the last
    bounds:     output-bound/LAYER and gradient-bound/NAME F64 [1], see forward_bounds and
                gradient_bounds: how far float32 sums in any order may be off

No value that decides something (a relu's sign, a pool's winner) is so close to the decision that
rounding could turn it: images are drawn until that holds at every step for every optimiser."""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
EPSILON = np.finfo(np.float32).eps / 2          # of one rounding
COUNTS = [8, 5, 8, 1, 3, 8, 5, 7, 2, 3]         # images in each of the ten steps
ONE_BATCH, STEP_MARGIN, BATCH_MARGIN = 5, 1e-4, 1e-3


# ---- the three networks, named as netc names the cards' layers ----

class Builder:
    """Keras's functional model, with every activation a layer of its own so that what goes into it
    can be seen; `names` lists the card's layers in order."""

    def __init__(self, height, width, channels):
        self.input = keras.Input((height, width, channels))
        self.names, self.weighted = [], {}

    def finish(self, name, layer, value, activation):
        if activation:
            layer.name = name + "_sum"
        value = layer(value)
        if activation:
            value = layers.Activation(activation, name=name)(value)
        if layer.weights:
            self.weighted[name] = layer.name
        self.names.append(name)
        return value

    def conv(self, value, name, filters, window, activation=None, pad=None, bias=True, **options):
        if pad:
            value = layers.ZeroPadding2D(pad)(value)
        layer = layers.Conv2D(filters, window, name=name, use_bias=bias, **options)
        return self.finish(name, layer, value, activation)

    def dense(self, value, name, outputs, activation):
        return self.finish(name, layers.Dense(outputs, name=name), value, activation)

    def plain(self, value, name, layer_class, *arguments, **options):
        return self.finish(name, layer_class(*arguments, name=name, **options), value, None)


def chain():
    b = Builder(15, 18, 3)
    v = b.conv(b.input, "conv1", 8, 3, "relu")
    v = b.plain(v, "pool1", layers.MaxPooling2D, 2)
    v = b.conv(v, "conv2", 16, 3, "relu")
    v = b.plain(v, "pool2", layers.MaxPooling2D, 2)
    v = b.plain(v, "flatten1", layers.Flatten)
    v = b.dense(v, "dense1", 12, "relu")
    return b, b.dense(v, "dense2", 1, "sigmoid")


def residual():
    b = Builder(10, 11, 4)
    start = b.conv(b.input, "start", 6, 3, "relu", padding="same")
    v = b.conv(start, "conv2", 6, 3, "relu", padding="same")
    v = b.conv(v, "conv3", 6, 3, padding="same")
    v = b.plain([v, start], "add1", layers.Add)
    shortcut = b.plain(v, "shortcut", layers.Activation, "relu")
    v = b.conv(shortcut, "conv4", 10, 3, "relu", padding="same", strides=2)
    main = b.conv(v, "main", 10, 3, padding="same", bias=False)
    v = b.conv(shortcut, "conv6", 10, 1, strides=2)
    v = b.plain([v, main], "add2", layers.Add)
    v = b.plain(v, "relu2", layers.Activation, "relu")
    v = b.plain(v, "pool1", layers.GlobalAveragePooling2D, keepdims=True)
    v = layers.Flatten()(v)
    return b, b.dense(v, "dense1", 5, "softmax")


def fanout():
    b = Builder(13, 11, 3)
    trunk = b.conv(b.input, "trunk", 5, 3, padding="same")
    left = b.conv(trunk, "left", 7, 3, "relu", padding="same", strides=2)
    middle = b.plain(trunk, "middle", layers.MaxPooling2D, 3, strides=2, padding="same")
    right = b.plain(trunk, "right", layers.AveragePooling2D, (3, 2), strides=2, padding="same")
    v = b.conv(trunk, "conv3", 3, 3, "relu", padding="same", dilation_rate=2)
    v = b.conv(v, "conv4", 3, (2, 3), strides=2, pad=((1, 1), (0, 2)))
    v = b.plain([v, left, middle, right], "concat1", layers.Concatenate)
    v = b.plain(v, "relu1", layers.Activation, "relu")
    v = b.conv(v, "conv5", 7, 3, "relu", dilation_rate=2)
    v = b.plain(v, "flatten1", layers.Flatten)
    return b, b.dense(v, "dense1", 4, "softmax")


def decaying_weights(optimizer):
    """Biases do not decay."""
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


NETWORKS = {    # builder, seed, classes, optimisers by the fixture's name for them
    "chain": (chain, 11, 2, {
        "sgd": lambda: keras.optimizers.SGD(0.05),
        "momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
        "nesterov": lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
        "rmsprop": lambda: keras.optimizers.RMSprop(1e-3),
        "adam": lambda: keras.optimizers.Adam(1e-3),
    }),
    "residual": (residual, 12, 5, {
        "nesterov": lambda: keras.optimizers.SGD(0.1, momentum=0.8, nesterov=True),
    }),
    "fanout": (fanout, 16, 4, {
        "adam": lambda: keras.optimizers.Adam(0.003, beta_1=0.8, beta_2=0.95, epsilon=1e-5),
        "adamw": lambda: decaying_weights(keras.optimizers.AdamW(0.003, 2.0, 0.8, 0.95, 1e-5)),
        "clip": lambda: keras.optimizers.SGD(0.1, momentum=0.8, global_clipnorm=0.25),
    }),
}


class Network:
    """A model in the precision that Keras is set to, with an eye on every layer."""

    def __init__(self, build):
        self.builder, output = build()
        self.model = keras.Model(self.builder.input, output)
        self.layers = [l for l in self.model.layers if not isinstance(l, layers.InputLayer)]
        self.probe = keras.Model(self.builder.input,
                                 [[l.output for l in self.layers], [l.input for l in self.layers]])

    def tensors(self):
        """(NAME, variable) of everything trained, in the card's order."""
        for name, layer in self.builder.weighted.items():
            layer = self.model.get_layer(layer)
            yield name + ".weight", layer.kernel
            if layer.use_bias:
                yield name + ".bias", layer.bias

    def put(self, values):
        for name, variable in self.tensors():
            variable.assign(values[name])

    def see(self, pictures):
        """{layer: output}, {layer: input} for every Keras layer."""
        made, taken = self.probe(tf.convert_to_tensor(pictures, keras.config.floatx()))
        names = [l.name for l in self.layers]
        return dict(zip(names, made)), dict(zip(names, taken))

    def loss(self, answers, target):
        if answers.shape[1] == 1:
            return tf.reduce_mean(keras.losses.binary_crossentropy(target[:, None], answers))
        return tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(target, answers))

    def gradients(self, pictures, target):
        """loss, {NAME: gradient}, and of every layer its input and the gradient of its output."""
        variables = dict(self.tensors())
        with tf.GradientTape() as tape:
            made, taken = self.see(pictures)
            loss = self.loss(made[self.layers[-1].name], target)
        by_name, by_layer = tape.gradient(loss, [variables, made])
        return loss, by_name, taken, by_layer


# ---- decisions and how far they are from turning ----

def max_pool_margin(layer, value):
    """Best less second best of every window; windows of zeros, that a relu made, decide nothing."""
    value = np.asarray(value)
    window, stride = layer.pool_size, layer.strides
    if layer.padding == "same":
        pads = []
        for size, w, s in zip(value.shape[1:3], window, stride):
            total = max((-(-size // s) - 1) * s + w - size, 0)
            pads.append((total // 2, total - total // 2))
        value = np.pad(value, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    patches = np.lib.stride_tricks.sliding_window_view(value, window, (1, 2))
    patches = patches[:, ::stride[0], ::stride[1]]
    best = np.sort(patches.reshape(*patches.shape[:4], -1), axis=-1)
    margin = np.where(best[..., -1] == 0, np.inf, best[..., -1] - best[..., -2])
    return margin.reshape(len(value), -1).min(axis=1)


def margins(network, pictures):
    """For each picture the least distance of any decision from turning."""
    made, taken = network.see(pictures)
    least = np.full(len(pictures), np.inf)
    for layer in network.layers:
        if isinstance(layer, layers.MaxPooling2D):
            least = np.minimum(least, max_pool_margin(layer, taken[layer.name]))
        elif isinstance(layer, layers.Activation) and layer.activation is keras.activations.relu:
            distance = np.abs(np.asarray(taken[layer.name])).reshape(len(pictures), -1)
            distance[distance == 0] = np.inf    # another relu made it, and no rounding moves it
            least = np.minimum(least, distance.min(axis=1))
    answers = np.sort(np.asarray(made[network.layers[-1].name]), axis=1)
    if answers.shape[1] == 1:
        return np.minimum(least, np.abs(answers[:, 0] - 0.5))
    return np.minimum(least, answers[:, -1] - answers[:, -2])


def floats(pictures):
    return (pictures.astype(np.float64) - 128) / 64


def draw(random, count, shape, networks, margin):
    """`count` pictures that all the networks, as they are now, decide clearly."""
    clear = np.empty((0, *shape), np.uint8)
    for _ in range(1000):
        if len(clear) >= count:
            return clear[:count]
        pictures = random.integers(0, 256, (64, *shape), np.uint8)
        least = np.min([margins(n, floats(pictures)) for n in networks], axis=0)
        clear = np.concatenate([clear, pictures[least > margin]])
    raise SystemExit(f"no pictures of {shape} keep {margin} away from every decision")


# ---- bounds ----

def terms(layer):
    """How many products or numbers one output of a layer sums."""
    if isinstance(layer, (layers.Conv2D, layers.Dense)):
        return int(np.prod(layer.kernel.shape[:-1])) + 1
    if isinstance(layer, layers.AveragePooling2D):
        return int(np.prod(layer.pool_size))
    if isinstance(layer, layers.GlobalAveragePooling2D):
        return int(np.prod(layer.input.shape[1:3]))
    return 2 if isinstance(layer, layers.Add) else 0


def producers(layer):
    values = layer.input if isinstance(layer.input, list) else [layer.input]
    return [value._keras_history.operation.name for value in values]


def absolute_sums(layer, x):
    """The largest sum |x w| + |b| of a layer."""
    kept = layer.get_weights()
    layer.set_weights([np.abs(weight) for weight in kept])
    sums = np.max(layer(tf.abs(x)))
    layer.set_weights(kept)
    return sums


def forward_bounds(network, pictures):
    """Of each layer how far a value may be off: 4 sqrt(K) eps sum|ab| for its own sum of K
    products, and what it takes over, where the errors of many inputs count as independent and so
    add up by squares. Softmax and sigmoid halve a distance, at least, and round a few times."""
    _, taken = network.see(pictures)
    bounds = {layer.name: 0.0 for layer in network.model.layers}
    for layer in network.layers:
        x = taken[layer.name]
        came = [bounds[name] for name in producers(layer)]
        came = sum(came) if isinstance(layer, layers.Add) else max(came)
        if layer.weights:
            into_one = np.square(layer.kernel).reshape(-1, layer.kernel.shape[-1]).sum(axis=0)
            came *= np.sqrt(np.max(into_one))
            own = absolute_sums(layer, x)
        else:
            own = max(np.max(np.abs(value)) for value in (x if isinstance(x, list) else [x]))
        bounds[layer.name] = came + 4 * np.sqrt(terms(layer)) * EPSILON * own
    last = network.layers[-1].name
    bounds[last] = bounds[last] / 2 + 16 * EPSILON
    return bounds


def gradient_bounds(network, pictures, target):
    """4 sqrt(K) eps sum|x dy| over the K products that a gradient sums, and three times as much for
    what was off in x and dy, which come through all of the network."""
    _, _, taken, by_layer = network.gradients(pictures, target)
    bounds = {}
    for name, layer in network.builder.weighted.items():
        layer = network.model.get_layer(layer)
        x, dy = tf.abs(taken[layer.name]), tf.abs(by_layer[layer.name])
        with tf.GradientTape() as tape:
            y = layer(x)
        sums = tape.gradient(y, layer.trainable_variables, output_gradients=dy)
        count = np.prod(dy.shape[:-1])
        for kind, total in zip(("weight", "bias"), sums):
            bounds[f"{name}.{kind}"] = 4 * 4 * np.sqrt(count) * EPSILON * np.max(total)
    return bounds


# ---- optimisers: Keras's, held against the formulas of its documentation ----

def shortened(optimizer, gradients):
    """All gradients as one vector, no longer than the optimiser lets it be."""
    length = np.sqrt(sum(np.sum(np.square(g)) for g in gradients.values()))
    return {name: g * min(1, (optimizer.global_clipnorm or np.inf) / length) for name, g in gradients.items()}


def by_hand(optimizer, t, state, name, w, g):
    """One update in NumPy; state is a dict that lives from step to step."""
    rate = float(np.asarray(optimizer.learning_rate))
    if isinstance(optimizer, keras.optimizers.AdamW) and not name.endswith("bias"):
        w = w - rate * optimizer.weight_decay * w
    if isinstance(optimizer, keras.optimizers.RMSprop):
        v = state["v"] = optimizer.rho * state.get("v", 0) + (1 - optimizer.rho) * g * g
        return w - rate * g / np.sqrt(v + 1e-7)
    if isinstance(optimizer, keras.optimizers.Adam):
        b1, b2 = optimizer.beta_1, optimizer.beta_2
        m = state["m"] = b1 * state.get("m", 0) + (1 - b1) * g
        v = state["v"] = b2 * state.get("v", 0) + (1 - b2) * g * g
        rate *= np.sqrt(1 - b2 ** t) / (1 - b1 ** t)
        return w - rate * m / (np.sqrt(v) + optimizer.epsilon)
    m = state["m"] = optimizer.momentum * state.get("m", 0) - rate * g
    return w + (optimizer.momentum * m - rate * g if optimizer.nesterov else m)


def train(network, optimizer, pictures, target, t, states):
    """One step of Keras's optimiser; returns the loss before it."""
    loss, gradients, _, _ = network.gradients(pictures, target)
    variables = dict(network.tensors())
    short = shortened(optimizer, {name: np.asarray(gradients[name]) for name in variables})
    expected = {name: by_hand(optimizer, t, states.setdefault(name, {}), name, np.asarray(variable), short[name])
                for name, variable in variables.items()}
    optimizer.apply([gradients[name] for name in variables], list(variables.values()))
    if keras.config.floatx() == "float64":
        for name, variable in variables.items():    # Keras rounds its constants to float32 first
            np.testing.assert_allclose(variable, expected[name], rtol=1e-7, atol=1e-8)
    return float(loss)


def compute_in(precision):
    keras.config.set_floatx(precision)
    keras.config.set_dtype_policy(precision)


def replay(build, make_optimizer, initial, batches):
    """The same ten steps in float32: what another float32 implementation may differ by."""
    compute_in("float32")
    network, optimizer, states = Network(build), make_optimizer(), {}
    network.put(initial)
    for t, (pictures, target) in enumerate(batches, 1):
        train(network, optimizer, floats(pictures), target, t, states)
    compute_in("float64")
    return {name: np.asarray(variable) for name, variable in network.tensors()}


# ---- a fixture ----

def initial_values(random, network):
    """Glorot's range, and biases that are not zero; float32 numbers held in double."""
    values = {}
    for name, variable in network.tensors():
        window, channels = np.prod(variable.shape[:-2]), variable.shape[-2:]
        limit = np.sqrt(6 / (window * sum(channels))) if name.endswith("weight") else 0.1
        drawn = random.uniform(-limit, limit, variable.shape).astype(np.float32)
        values[name] = drawn.astype(np.float64)
    return values


def check_single(build, values, pictures, target, tensors):
    """The bounds have to let float32 Keras pass, but are no barn door."""
    compute_in("float32")
    network = Network(build)
    network.put(values)
    made, _ = network.see(floats(pictures))
    _, gradients, _, _ = network.gradients(floats(pictures), target)
    compute_in("float64")
    for name, found in [("output/" + n, made[n]) for n in network.builder.names] + \
                       [("gradient/" + n, g) for n, g in gradients.items()]:
        exact, bound = tensors[name], tensors[name.replace("/", "-bound/")][0]
        found = np.asarray(found).reshape(exact.shape)
        part = np.max(np.abs(found.astype(np.float64) - exact)) / bound
        print(f"  {name:22} bound {bound / np.max(np.abs(exact)):.0e}, float32 Keras at {part:.3f}")
        assert part < 0.5, name


def one_batch(network, build, values, pictures, target):
    network.put(values)
    made, _ = network.see(floats(pictures))
    loss, gradients, _, _ = network.gradients(floats(pictures), target)
    answers = np.asarray(made[network.layers[-1].name])
    assert 1e-4 < answers.min() and answers.max() < 1 - 1e-4    # Keras's clipping stays out of it
    answered = answers[:, 0] > 0.5 if answers.shape[1] == 1 else answers.argmax(axis=1)

    tensors = {"input": pictures, "target": target, "loss": np.array([float(loss)]),
               "correct": np.array([np.sum(answered == target)], np.int32)}
    bounds = forward_bounds(network, floats(pictures))
    for name in network.builder.names:
        output = np.asarray(made[name], np.float32)
        tensors["output/" + name] = output if output.ndim == 4 else output[:, None, None, :]
        tensors["output-bound/" + name] = np.array([bounds[name]])
    for name, bound in gradient_bounds(network, floats(pictures), target).items():
        tensors["gradient/" + name] = np.asarray(gradients[name], np.float32)
        tensors["gradient-bound/" + name] = np.array([bound])
        tensors["initial/" + name] = values[name].astype(np.float32)
    check_single(build, values, pictures, target, tensors)
    return tensors


def ten_steps(random, build, classes, values, optimizers, shape):
    runs = {name: (Network(build), make(), {}) for name, make in optimizers.items()}
    for network, _, _ in runs.values():
        network.put(values)
    losses, batches = {name: [] for name in runs}, []
    for t, count in enumerate(COUNTS, 1):
        pictures = draw(random, count, shape, [run[0] for run in runs.values()], STEP_MARGIN)
        target = random.integers(0, classes, count, np.int32)
        batches.append((pictures, target))
        for name, (network, optimizer, states) in runs.items():
            losses[name].append(train(network, optimizer, floats(pictures), target, t, states))

    tensors = {"steps/count": np.array(COUNTS, np.int32),
               "steps/input": np.concatenate([pictures for pictures, _ in batches]),
               "steps/target": np.concatenate([target for _, target in batches])}
    for name, (network, _, _) in runs.items():
        tensors[name + "/loss"] = np.array(losses[name])
        single = replay(build, optimizers[name], values, batches)
        for tensor, variable in network.tensors():
            final = np.asarray(variable)
            drift = np.max(np.abs(single[tensor] - final)) / np.max(np.abs(final))
            assert drift < 1e-6, (name, tensor, drift)
            tensors[f"{name}/{tensor}"] = final.astype(np.float32)
            moved = np.max(np.abs(final - values[tensor])) / np.max(np.abs(values[tensor]))
            print(f"  {name:9} {tensor:13} moved {moved:.1e}, float32 Keras is {drift:.0e} off")
    return tensors


def make(name):
    build, seed, classes, optimizers = NETWORKS[name]
    random = np.random.default_rng(seed)
    network = Network(build)
    shape = network.builder.input.shape[1:]
    values = initial_values(random, network)
    network.put(values)
    pictures = draw(random, ONE_BATCH, shape, [network], BATCH_MARGIN)
    target = (np.arange(ONE_BATCH) % classes).astype(np.int32)
    tensors = one_batch(network, build, values, pictures, target)
    tensors |= ten_steps(random, build, classes, values, optimizers, shape)
    path = os.path.join(HERE, name + ".safetensors")
    save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, path,
              {"made by": f"make_networks.py, Keras {keras.__version__}, "
                          f"TensorFlow {tf.__version__}, double precision"})
    os.chmod(path, 0o644)
    print(f"{name}: {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    compute_in("float64")
    for network_name in NETWORKS:
        make(network_name)
