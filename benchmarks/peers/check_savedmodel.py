"""Compares the scores of an exported SavedModel, as TensorFlow for Python loads it, with tflion's.

pip install tensorflow-cpu numpy
python check_savedmodel.py TFLION RUN FOLDER

TFLION is the command, RUN a run, FOLDER a new folder.
"""

import json
import subprocess
import sys

import numpy
import tensorflow

MOST = 1e-4  # Scores of order 1 to 10 in float32, of other sums.

command, run, folder = sys.argv[1:]
subprocess.run([command, "export", "--run", run, "--out", folder, "--format", "savedmodel"], check=True)
serve = tensorflow.saved_model.load(folder).signatures["serving_default"]
worst = 0.0
for text in ["T", "The ", "To be, or not to be: that is the question" * 10]:
    words = [command, "generate", "--run", run, "--prompt", text, "--scores"]
    ours = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    theirs = serve(tokens=tensorflow.constant(ours["tokens"], tensorflow.int32))["logits"].numpy()
    worst = max(worst, float(numpy.abs(theirs - numpy.array(ours["scores"])).max()))
print(f"tensorflow {tensorflow.__version__}: largest difference {worst:.2e}")
if worst > MOST:
    sys.exit(f"the scores differ by more than {MOST}")
