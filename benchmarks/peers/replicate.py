"""Writes what tpu.replicate of TensorFlow makes of a small step: the goldens of ReplicationTest.

    python3 replicate.py DIR          needs the Python wheel tensorflow-cpu; no TPU

step.pbtxt holds the step, two.pbtxt its form for two replicas, and one.pbtxt that for one replica
without outputs. Attributes with default values are left out, and so is
_has_manual_control_dependencies, which tells Python's tracing, not the TPU, what was ordered by hand.
"""

import pathlib
import sys

import tensorflow as tf
from google.protobuf import text_format
from tensorflow.python.framework import meta_graph
from tensorflow.python.tpu import tpu

tf1 = tf.compat.v1
raw = tf.raw_ops


def variable():
    return raw.VarHandleOp(dtype=tf.float32, shape=[3], shared_name="w", name="w")


def step(x, w):
    """y = x w; w = w / 2, after y."""
    rate = tf.constant(0.5, name="rate")
    read = raw.ReadVariableOp(resource=w, dtype=tf.float32, name="read")
    product = raw.Mul(x=x, y=read, name="product")
    decayed = raw.Mul(x=read, y=rate, name="decayed")
    with tf.control_dependencies([product]):
        assign = raw.AssignVariableOp(resource=w, value=decayed, name="assign")
    return product, assign


def placeholder(name):
    return tf1.placeholder(tf.float32, [2, 3], name=name)


def write(path, graph):
    definition = graph.as_graph_def()
    clean = tf1.MetaGraphDef(graph_def=definition)
    meta_graph.strip_graph_default_valued_attrs(clean)
    for node in clean.graph_def.node:
        node.attr.pop("_has_manual_control_dependencies", None)
    clean.graph_def.ClearField("versions")
    path.write_text(text_format.MessageToString(clean.graph_def))


def main():
    folder = pathlib.Path(sys.argv[1])
    plain, two, one = tf.Graph(), tf.Graph(), tf.Graph()
    with plain.as_default():
        step(placeholder("x"), variable())
    with two.as_default():
        x = [placeholder("x"), placeholder("x")]
        w = variable()
        tpu.split_compile_and_replicate(lambda x: step(x, w), [[x[0]], [x[1]]])
        tf1.tpu.initialize_system(job="tpu_worker")
        tf1.tpu.shutdown_system(job="tpu_worker")
    with one.as_default():
        x = placeholder("x")
        w = variable()
        tpu.split_compile_and_replicate(lambda x: step(x, w)[1], [[x]])
        tf1.tpu.initialize_system()
        tf1.tpu.shutdown_system()
    for name, graph in ("step", plain), ("two", two), ("one", one):
        write(folder / (name + ".pbtxt"), graph)


if __name__ == "__main__":
    tf1.disable_eager_execution()
    main()
