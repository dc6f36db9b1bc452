"""SNIP, GraSP and SynFlow from their papers, with PyTorch's autograd in double precision.

argv: a JSON file with jobs { layers, parameters, masked, images, labels, shape, count, criterion }. Prints a JSON list
with the places that each keeps, by parameter.
"""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def forward(job, values, images, batch_norm=True):
    """Logits; convolutions and pooling of stride 1 and 2 with padding that keeps places, as `layers` say."""
    x = images
    for layer in job['layers']:
        name, kind = layer.get('name'), layer['kind']
        if kind == 'convolution':
            # From [height, width, in, out].
            x = torch.nn.functional.conv2d(x, values[name + '/weights'].permute(3, 2, 0, 1), padding=1)
            if layer.get('batchNorm'):
                scale, offset = values[name + '/scale'], values[name + '/offset']
                if batch_norm:
                    mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
                else:
                    mean, variance = torch.zeros_like(scale), torch.ones_like(scale)
                shaped = lambda vector: vector.reshape(1, -1, 1, 1)
                x = (x - shaped(mean)) / torch.sqrt(shaped(variance) + 1e-5) * shaped(scale) + shaped(offset)
            else:
                x = x + values[name + '/bias'].reshape(1, -1, 1, 1)
        elif kind == 'max-pool':
            x = torch.nn.functional.max_pool2d(x, 2)
        elif kind == 'global-average-pool':
            x = x.mean((2, 3))
        elif kind == 'dense':
            # Flattened as [height, width, channel].
            if x.dim() == 4:
                x = x.permute(0, 2, 3, 1).flatten(1)
            x = x @ values[name + '/weights'] + values[name + '/bias']
        else:
            raise ValueError(kind)
        if layer.get('activation') == 'relu':
            x = torch.relu(x)
    return x


def batches(job):
    for images, labels in zip(job['images'], job['labels']):
        pixels = torch.tensor(images).reshape(len(labels), *job['shape']).permute(0, 3, 1, 2)
        yield pixels, torch.tensor(labels)


def leaves(job):
    return {
        name: torch.tensor(data, dtype=torch.float64).reshape(shape).requires_grad_()
        for name, (shape, data) in job['parameters'].items()
    }


def snip(job):
    values = leaves(job)
    weights = [values[name] for name in job['masked']]
    losses = [torch.nn.functional.cross_entropy(forward(job, values, x), y) for x, y in batches(job)]
    gradients = torch.autograd.grad(sum(losses) / len(losses), weights)
    return [(g * w).abs().detach() for g, w in zip(gradients, weights)]


def grasp(job, temperature=200):
    values = leaves(job)
    weights = [values[name] for name in job['masked']]
    losses = [torch.nn.functional.cross_entropy(forward(job, values, x) / temperature, y) for x, y in batches(job)]
    gradients = torch.autograd.grad(sum(losses) / len(losses), weights, create_graph=True)
    along = sum((g * g.detach()).sum() for g in gradients)
    return [(w * h).detach() for w, h in zip(weights, torch.autograd.grad(along, weights))]


def synflow(job, masks):
    values = {name: value.detach().abs() for name, value in leaves(job).items()}
    weights = [(values[name] * mask).requires_grad_() for name, mask in zip(job['masked'], masks)]
    values.update(zip(job['masked'], weights))
    ones = torch.ones(1, job['shape'][2], *job['shape'][:2])
    gradients = torch.autograd.grad(forward(job, values, ones, batch_norm=False).sum(), weights)
    return [(g * w).detach() for g, w in zip(gradients, weights)]


def keep(scores, masks, count):
    """The masks of the `count` largest scores of what is left, in all layers together."""
    left = torch.cat([torch.where(m > 0, s, -torch.inf).flatten() for s, m in zip(scores, masks)])
    kept = torch.zeros_like(left)
    kept[torch.topk(left, count).indices] = 1
    return [part.reshape(m.shape) for part, m in zip(kept.split([m.numel() for m in masks]), masks)]


def masks_of(job):
    masks = [torch.ones(job['parameters'][name][0]) for name in job['masked']]
    total = sum(m.numel() for m in masks)
    if job['criterion'] == 'synflow':
        for step in range(1, 101):
            share = (job['count'] / total) ** (step / 100)
            masks = keep(synflow(job, masks), masks, job['count'] if step == 100 else round(total * share))
        return masks
    return keep({'snip': snip, 'grasp': grasp}[job['criterion']](job), masks, job['count'])


with open(sys.argv[1]) as file:
    answers = [
        {name: m.flatten().nonzero().flatten().tolist() for name, m in zip(job['masked'], masks_of(job))}
        for job in json.load(file)
    ]
print(json.dumps(answers))
