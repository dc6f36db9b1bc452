"""Prints the accuracy, on MNIST's test files, of a ticket that Ticket Lab wrote: torch | numpy | plain, file, folder."""

import gzip
import os
import sys
from array import array

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../../../examples'))
from load_ticket import read_parts, read_ticket, torch_model


def images_and_labels(folder):
    def content(name):
        with gzip.open(os.path.join(folder, name)) as opened:
            return opened.read()

    return content('t10k-images-idx3-ubyte.gz')[16:], content('t10k-labels-idx1-ubyte.gz')[8:]


def with_torch(file, images, labels):
    import torch

    model = torch_model(*read_ticket(file))
    pixels = torch.frombuffer(bytearray(images), dtype=torch.uint8).reshape(-1, 28, 28, 1) / 255
    with torch.no_grad():
        found = model(pixels).argmax(1)
    return (found == torch.tensor(list(labels))).sum().item()


def with_numpy(file, images, labels):
    import numpy

    ticket, tensors = read_ticket(file)
    values = numpy.frombuffer(images, 'u1').reshape(-1, 784).astype('f4') / 255
    for layer in ticket['network']['layers']:
        values = values @ tensors[layer['name'] + '/weights'] + tensors[layer['name'] + '/bias']
        if layer['activation'] == 'relu':
            values = numpy.maximum(values, 0)
    return int((values.argmax(1) == numpy.frombuffer(labels, 'u1')).sum())


def with_plain_python(file, images, labels):
    """Multiplies with surviving weights only, which is what makes it bearable for a sparse ticket."""
    ticket, parts = read_parts(file)
    layers = []
    for layer in ticket['network']['layers']:
        _, (inputs, units), data = parts[layer['name'] + '/weights']
        numbers, mask = array('f', data), parts[layer['name'] + '/weights/mask'][2]
        rows = [
            [(unit, numbers[row * units + unit]) for unit in range(units) if mask[row * units + unit]]
            for row in range(inputs)
        ]
        layers.append((rows, array('f', parts[layer['name'] + '/bias'][2]), layer['activation'] == 'relu'))
    correct = 0
    for example, label in enumerate(labels):
        values = [byte / 255 for byte in images[784 * example : 784 * example + 784]]
        for rows, bias, relu in layers:
            sums = list(bias)
            for value, row in zip(values, rows):
                if value:
                    for unit, weight in row:
                        sums[unit] += value * weight
            values = [max(0.0, one) for one in sums] if relu else sums
        correct += values.index(max(values)) == label
    return correct


way, ticket_file, mnist = sys.argv[1:]
ways = {'torch': with_torch, 'numpy': with_numpy, 'plain': with_plain_python}
all_images, all_labels = images_and_labels(mnist)
print(ways[way](ticket_file, all_images, all_labels) / len(all_labels))
