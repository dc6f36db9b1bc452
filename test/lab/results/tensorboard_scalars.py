"""Prints what TensorBoard reads in folders of runs: a list of tag -> [[step, value], ...]."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

found = []
for folder in sys.argv[1:]:
    run = EventAccumulator(folder, size_guidance={'scalars': 0}).Reload()
    found.append({tag: [[one.step, one.value] for one in run.Scalars(tag)] for tag in run.Tags()['scalars']})
print(json.dumps(found))
