"""The least a program has to do: read seeds, train, write metrics.csv and predictions into the folder it is given.

    noisefloor run --program "python3 train.py --seed {seed:initialisation} --order-seed {seed:order} --out {out}"
"""

import argparse
import os
import random

EPOCHS, TRAIN, TEST = 5, 300, 200

arguments = argparse.ArgumentParser()
arguments.add_argument("--seed", type=int, required=True, help="of the first weights")
arguments.add_argument("--order-seed", type=int, required=True, help="of the order of the examples")
arguments.add_argument("--out", default=os.environ.get("NOISEFLOOR_OUT", "."))
given = arguments.parse_args()

data, first, order = random.Random(7), random.Random(given.seed), random.Random(given.order_seed)


def examples(count):
    """Points in a plane; the class is whether one lies outside of the unit circle."""
    points = [(data.gauss(0, 1), data.gauss(0, 1)) for _ in range(count)]
    return [((x, y, x * x, 1.0), int(x * x + y * y > 1)) for x, y in points]


def predict(features):
    return int(sum(weight * feature for weight, feature in zip(weights, features)) > 0)


train, test = examples(TRAIN), examples(TEST)
weights = [first.gauss(0, 1) for _ in range(4)]
with open(os.path.join(given.out, "metrics.csv"), "w") as metrics:
    print("epoch,val_accuracy", file=metrics, flush=True)
    for epoch in range(EPOCHS):
        for features, label in order.sample(train, TRAIN):
            error = label - predict(features)
            weights = [weight + 0.1 * error * feature for weight, feature in zip(weights, features)]
        right = sum(predict(features) == label for features, label in test)
        print(f"{epoch},{right / TEST}", file=metrics, flush=True)
with open(os.path.join(given.out, "predictions.txt"), "w") as predictions:
    print("\n".join(str(predict(features)) for features, _ in test), file=predictions)
