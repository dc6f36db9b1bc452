"""What NumPy finds of two networks and their masks: likeness layer by layer, histograms of weights, and of degrees.

argv: a JSON file with `names` of layers and, for each of `networks`, replicates of `weights` and `masks` by name, each a list of
numbers with its shape. Prints JSON.
"""

import json
import sys

import numpy as np

with open(sys.argv[1]) as file:
    given = json.load(file)


def tensors(named, kind):
    return {name: np.array(one["data"], kind).reshape(one["shape"]) for name, one in named.items()}


networks = [
    [(tensors(one["weights"], np.float32), tensors(one["masks"], bool)) for one in replicates]
    for replicates in given["networks"]
]


def kept(weights, masks, name):
    return masks.get(name, np.ones(weights[name].shape, bool))


def likeness(one, other):
    one, other = np.concatenate(one).astype(np.float64), np.concatenate(other).astype(np.float64)
    # Correlation is the cosine of lists whose mean is 0.
    return {
        "weights": one.size,
        "l2": np.linalg.norm(one - other),
        "cosine": np.corrcoef(np.concatenate([one, -one]), np.concatenate([other, -other]))[0, 1],
        "sameSign": 100 * np.mean(np.sign(one) == np.sign(other)),
    }


def both(replicate, names):
    (mine, my_masks), (its, its_masks) = networks[0][replicate], networks[1][replicate]
    places = [kept(mine, my_masks, name) & kept(its, its_masks, name) for name in names]
    return likeness(
        [mine[name][at] for name, at in zip(names, places)], [its[name][at] for name, at in zip(names, places)]
    )


def weights_left(network, name):
    return np.concatenate([weights[name][kept(weights, masks, name)] for weights, masks in network])


def histograms(lists, bins):
    together = np.concatenate(lists)
    described = []
    for values in lists:
        counts, edges = np.histogram(values, bins, (together.min(), together.max()))
        described.append(
            {
                **{"counts": counts.tolist(), "edges": edges.tolist(), "count": values.size},
                **{"mean": float(values.mean(dtype=np.float64)), "deviation": float(values.std(dtype=np.float64))},
                **{"least": float(values.min()), "most": float(values.max())},
            }
        )
    return described


def degrees(name, axis):
    """Of the second network: how often each number of kept weights occurs, along an axis counted from the end."""
    masks = [masks[name] for _, masks in networks[1]]
    counts = np.concatenate([np.moveaxis(mask, axis, 0).reshape(mask.shape[axis], -1).sum(1) for mask in masks])
    return {str(value): int(count) for value, count in zip(*np.unique(counts, return_counts=True))}


names = given["names"]
replicates = range(len(networks[0]))
print(
    json.dumps(
        {
            "likeness": {name: [both(at, [name]) for at in replicates] for name in names},
            "all": [both(at, names) for at in replicates],
            "weights": {name: histograms([weights_left(one, name) for one in networks], 50) for name in names},
            "units": {name: degrees(name, -1) for name in names},
            "inputs": {name: degrees(name, -2) for name in names},
        }
    )
)
