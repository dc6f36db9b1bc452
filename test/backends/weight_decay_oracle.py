"""Trains a network of dense layers with batch norm by torch.optim.SGD, whose weight decay is on all parameters.

A job as JSON in the file named, the parameters after its steps on stdout. Float64, so that all differences are the other's.
"""
import json
import sys

import torch

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
torch.set_default_dtype(torch.float64)


def tensor(name):
    shape, data = job["parameters"][name]["shape"], job["parameters"][name]["data"]
    return torch.tensor(data).reshape(shape)


modules, named = [], {}
for layer in job["layers"]:
    name = layer["name"]
    weights = tensor(f"{name}/weights")
    linear = torch.nn.Linear(*weights.shape, bias=not layer["batchNorm"])
    linear.weight.data = weights.T.contiguous()
    named[f"{name}/weights"] = lambda linear=linear: linear.weight.T
    modules.append(linear)
    if layer["batchNorm"]:
        norm = torch.nn.BatchNorm1d(weights.shape[1])
        norm.weight.data, norm.bias.data = tensor(f"{name}/scale"), tensor(f"{name}/offset")
        named[f"{name}/scale"] = lambda norm=norm: norm.weight
        named[f"{name}/offset"] = lambda norm=norm: norm.bias
        modules += [norm, torch.nn.ReLU()]
    else:
        linear.bias.data = tensor(f"{name}/bias")
        named[f"{name}/bias"] = lambda linear=linear: linear.bias

network = torch.nn.Sequential(*modules)
optimizer = torch.optim.SGD(
    network.parameters(),
    lr=job["learningRate"],
    momentum=job["momentum"],
    weight_decay=job["weightDecay"],
)
for step in job["steps"]:
    images = (torch.tensor(step["images"], dtype=torch.float64) / 255 - job["mean"]) / job["deviation"]
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(network(images), torch.tensor(step["labels"])).backward()
    optimizer.step()

print(json.dumps({name: read().reshape(-1).tolist() for name, read in named.items()}))
