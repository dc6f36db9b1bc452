"""Writes pickles as CIFAR's Python version has them: FOLDER PROTOCOL KEYS, with KEYS one of text, bytes.

Two pickles for training, of two and one images of 2 x 2 pixels, and one of one for tests; `bad` has another function.
"""

import os
import pickle
import sys

import numpy

folder, protocol, keys = sys.argv[1:]


class Bad:
    def __reduce__(self):
        return os.mkdir, (os.path.join(folder, 'executed'),)


def write(name, labels):
    key = (lambda text: text.encode()) if keys == 'bytes' else (lambda text: text)
    planes = [c + i for c in (10, 20, 30) for i in range(4)]
    content = {
        key('filenames'): [key(f'{i}.png') for i in range(len(labels))],
        key('batch_label'): key('a batch'),
        key('fine_labels'): [fine for _, fine in labels],
        key('coarse_labels'): [coarse for coarse, _ in labels],
        key('data'): numpy.array([planes] * len(labels), dtype='uint8'),
    }
    with open(os.path.join(folder, name), 'wb') as file:
        pickle.dump(content, file, protocol=int(protocol))


write('first', [(1, 4), (0, 3)])
write('second', [(1, 2)])
write('test', [(0, 0)])
with open(os.path.join(folder, 'bad'), 'wb') as file:
    pickle.dump(Bad(), file, protocol=int(protocol))
