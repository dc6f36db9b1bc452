"""Trains the networks of a.pt, b.pt and c.pt with PyTorch, and writes what PyTorch found of them to found.json.

    python train.py [FOLDER]

FOLDER has the four files of MNIST (by default ../../dist/data/mnist, where `npm start` leaves them). a.pt and b.pt begin
with different weights; c.pt is a.pt up to the end of the first epoch, and sees the examples in another order from there on.
What is in found.json was computed here alone: the accuracy on the 10,000 test images, and the error along straight lines.
"""

import copy
import gzip
import json
import sys
from pathlib import Path

import numpy
import torch
from torch import nn

here = Path(__file__).resolve().parent
epochs, batch_size, points = 4, 128, 11


class Net(nn.Module):
    """Two convolutions and two dense layers: 26,632 weights."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.dense = nn.Linear(16 * 7 * 7, 32)
        self.output = nn.Linear(32, 10)

    def forward(self, images):
        images = nn.functional.max_pool2d(torch.relu(self.conv1(images)), 2)
        images = nn.functional.max_pool2d(torch.relu(self.conv2(images)), 2)
        return self.output(torch.relu(self.dense(images.flatten(1))))


def read(folder, name, offset):
    with gzip.open(folder / f'{name}.gz') as file:
        return torch.from_numpy(numpy.frombuffer(file.read(), numpy.uint8, offset=offset).copy())


def examples(folder, part):
    """Images with pixels from 0 to 1, as the lab has MNIST, and labels."""
    images = read(folder, f'{part}-images-idx3-ubyte', 16).reshape(-1, 1, 28, 28).float() / 255
    return images, read(folder, f'{part}-labels-idx1-ubyte', 8).long()


def train(model, optimizer, data, epochs, seed):
    images, labels = data
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for batch in torch.randperm(len(images), generator=order).split(batch_size):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()


def begin(seed):
    torch.manual_seed(seed)
    model = Net()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


@torch.no_grad()
def evaluate(model, data):
    """Mean cross-entropy, and the fraction of right answers."""
    images, labels = data
    found = torch.cat([model(batch) for batch in images.split(1000)])
    return {
        'loss': nn.functional.cross_entropy(found.double(), labels).item(),
        'accuracy': (found.argmax(1) == labels).double().mean().item(),
    }


def line(one, other, data):
    """Test error in percent at evenly spaced points, and its height over the mean of the ends."""
    ends = [torch.load(here / name, weights_only=True) for name in (one, other)]
    model = Net()
    error = []
    for alpha in torch.linspace(0, 1, points, dtype=torch.float64).tolist():
        model.load_state_dict({name: (1 - alpha) * ends[0][name] + alpha * ends[1][name] for name in ends[0]})
        # Of 10,000 images, each is a hundredth of a percent.
        error.append(round(100 * (1 - evaluate(model, data)['accuracy']), 2))
    return {'error': error, 'height': round(max(error) - (error[0] + error[-1]) / 2, 3)}


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else here / '../../dist/data/mnist'
    data, test = examples(folder, 'train'), examples(folder, 't10k')
    torch.set_num_threads(1)
    found = {}

    def keep(model, name):
        torch.save(model.state_dict(), here / name)
        found[name] = evaluate(model, test)
        print(name, found[name])

    model, optimizer = begin(1)
    train(model, optimizer, data, 1, seed=1)
    shared = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    train(model, optimizer, data, epochs - 1, seed=2)
    keep(model, 'a.pt')

    model, optimizer = begin(2)
    train(model, optimizer, data, epochs, seed=3)
    keep(model, 'b.pt')

    model, optimizer = begin(1)
    model.load_state_dict(shared[0])
    optimizer.load_state_dict(shared[1])
    train(model, optimizer, data, epochs - 1, seed=4)
    keep(model, 'c.pt')

    found['lines'] = {f'{one} {other}': line(one, other, test) for one, other in (('a.pt', 'b.pt'), ('a.pt', 'c.pt'))}
    (here / 'found.json').write_text(json.dumps({'torch': torch.__version__, **found}, indent=2) + '\n')


if __name__ == '__main__':
    main()
