"""A Keras program that Noisefloor can run.

    noisefloor run --program "python3 train_keras.py --seed {seed:initialisation} --order-seed {seed:order}
        {deterministic?--deterministic} --out {out}" --epochs 3
"""

import argparse
import os

arguments = argparse.ArgumentParser()
arguments.add_argument("--seed", type=int, required=True, help="of the first weights")
arguments.add_argument("--order-seed", type=int, required=True, help="of the order of the examples")
arguments.add_argument("--deterministic", action="store_true")
arguments.add_argument("--out", default=os.environ.get("NOISEFLOOR_OUT", "."))
given = arguments.parse_args()

import keras
import numpy
import tensorflow

if given.deterministic:
    tensorflow.config.experimental.enable_op_determinism()
keras.utils.set_random_seed(given.seed)

# Your data go here. These are made anew each time from one seed: they do not vary.
made = numpy.random.default_rng(7)
images = made.normal(size=(1200, 16)).astype("float32")
labels = (images[:, :4].sum(axis=1) > 0).astype("int32")
train, test = (images[:1000], labels[:1000]), (images[1000:], labels[1000:])

model = keras.Sequential([keras.layers.Dense(32, activation="relu"), keras.layers.Dense(2)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
model.build((None, 16))

# `fit` would shuffle with the seed of the weights; tf.data shuffles with its own.
batches = tensorflow.data.Dataset.from_tensor_slices(train).shuffle(1000, seed=given.order_seed).batch(32)
log = keras.callbacks.CSVLogger(os.path.join(given.out, "metrics.csv"))
model.fit(batches, validation_data=test, epochs=3, callbacks=[log], verbose=0)
numpy.save(os.path.join(given.out, "predictions.npy"), model.predict(test[0], verbose=0).argmax(axis=1))
