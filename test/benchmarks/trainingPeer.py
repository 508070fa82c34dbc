"""Keras' side of `noisefloor bench training`: answers each line of JSON on standard input with one on standard output.

{"prepare": {"folder", "network", "batch", "examples", "learningRate", "losses"}}
    reads images.u8, labels.i32 and the initial weights (weights.json, weights.f32), takes some steps and answers with
    their losses; then fits once to warm up.
{"measure": {}}
    one epoch of model.fit with its defaults: {"seconds", "cpuSeconds"}.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402

layers = keras.layers


def numbered(name, index):
    return name if index == 0 else f"{name}_{index}"


def small_cnn():
    x = image = keras.Input((32, 32, 3))
    for index, filters in enumerate((16, 32, 32)):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=numbered("conv2d", index))(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Dense(32, activation="relu", name="dense")(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(10, name="dense_1")(x))


def resnet18():
    def convolution(x, name, filters, size, strides=1):
        x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False, name=name)(x)
        return layers.BatchNormalization(name=f"{name}_bn")(x)

    def block(x, name, filters, strides):
        shortcut = x
        if strides != 1 or x.shape[-1] != filters:
            shortcut = convolution(x, f"{name}_shortcut", filters, 1, strides)
        y = layers.ReLU()(convolution(x, f"{name}_conv1", filters, 3, strides))
        return layers.ReLU()(layers.Add()([convolution(y, f"{name}_conv2", filters, 3), shortcut]))

    image = keras.Input((32, 32, 3))
    x = layers.ReLU()(convolution(image, "stem", 64, 3))
    for stage, filters in enumerate((64, 128, 256, 512)):
        x = block(x, f"stage{stage + 1}_block1", filters, 1 if stage == 0 else 2)
        x = block(x, f"stage{stage + 1}_block2", filters, 1)
    x = layers.Flatten()(layers.AveragePooling2D(4)(x))
    return keras.Model(image, layers.Dense(10, name="dense")(x))


def start_from(model, folder):
    with open(os.path.join(folder, "weights.json")) as file:
        entries = {entry["name"]: entry for entry in json.load(file)}
    values = np.fromfile(os.path.join(folder, "weights.f32"), np.float32)
    for layer in model.layers:
        for weight in layer.weights:
            entry = entries.pop(f"{layer.name}/{weight.name}")
            count = int(np.prod(entry["shape"]))
            weight.assign(values[entry["offset"] : entry["offset"] + count].reshape(entry["shape"]))
    assert not entries, list(entries)


def prepare(folder, network, batch, examples, learningRate, losses):
    global model, images, labels, size
    model = {"smallcnn": small_cnn, "resnet18": resnet18}[network]()
    start_from(model, folder)
    images = np.fromfile(os.path.join(folder, "images.u8"), np.uint8).reshape(-1, 32, 32, 3)[:examples]
    images = images.astype(np.float32) / np.float32(255)
    labels = np.fromfile(os.path.join(folder, "labels.i32"), np.int32)[:examples]
    size = batch
    model.compile(
        optimizer=keras.optimizers.Adam(learningRate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    taken = []
    for step in range(losses):
        indices = (np.arange(batch) + step * batch) % examples
        taken.append(float(model.train_on_batch(images[indices], labels[indices])[0]))
        model.reset_metrics()
    model.fit(images, labels, batch_size=size, epochs=1, verbose=0)
    return {"losses": taken, "parameters": model.count_params()}


def measure():
    start, cpu = time.perf_counter(), time.process_time()
    model.fit(images, labels, batch_size=size, epochs=1, verbose=0)
    return {"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu}


for line in sys.stdin:
    ((name, arguments),) = json.loads(line).items()
    print(json.dumps({"prepare": prepare, "measure": measure}[name](**arguments)), flush=True)
