#!/usr/bin/env python3
"""tflion on a PJRT plugin against JAX with optax's Lion on the same device, in one run.

Trains a GPT for some steps with tflion's TensorFlow engine and with its pjrt engine, from the same
seed, and fails if a loss differs by more than 1e-4. Then prints the tokens per second of the pjrt
engine and of the same step in JAX, which run by turns in processes of their own.

    pip install "jax[cuda13]" optax          # a machine with a GPU; Java 22 or newer for tflion
    benchmarks/peers/jax/compare.py --layers 12 --width 768 --heads 12 --context 1024 --batch 8

Without --plugin it takes the CUDA plugin of JAX. Matrix products are float32 in all of them: NVIDIA's
TF32 and Triton's kernels, which use it, are switched off unless the environment says otherwise.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import sysconfig
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TFLION = os.environ.get("TFLION", str(HERE.parents[2] / "tflion"))
TOLERANCE = 1e-4
RATE = 1e-4  # at 1e-3 without warm-up, signs that rounding turns part even two runs of TensorFlow
SHAPE = {"layers": 4, "width": 128, "heads": 4, "context": 64, "batch": 16, "vocabulary": 256}


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in SHAPE.items():
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--warmup", type=int, default=10, help="steps that no rate counts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rates-only", action="store_true", help="leave out TensorFlow and its losses")
    parser.add_argument("--plugin", help="PJRT plugin (default: JAX's CUDA plugin)")
    return parser.parse_args()


def cuda_plugin():
    found = pathlib.Path(sysconfig.get_path("purelib")).glob("jax_plugins/xla_cuda*/xla_cuda_plugin.so")
    for file in found:
        return str(file)
    sys.exit("compare.py: give --plugin, or install jax[cuda13] in this Python")


def environment():
    own = dict(os.environ)
    own.setdefault("NVIDIA_TF32_OVERRIDE", "0")
    own.setdefault("XLA_FLAGS", "--xla_gpu_enable_triton_gemm=false")
    return own


def text(folder):
    """Words that a model can learn something of, a few hundred thousand bytes."""
    words = random.Random(1)
    file = folder / "text.txt"
    file.write_text(" ".join(str(words.randrange(1000) ** 2) for _ in range(100_000)))
    return file


def train(args, data, out, engine):
    """Metrics of every step of a run of tflion."""
    settings = [f"model.{name}={getattr(args, name)}" for name in SHAPE if name != "batch"]
    settings += [f"train.batch={args.batch}", f"train.steps={args.steps}", "train.log_every=1"]
    settings += ["train.eval_every=1000000", "train.eval_batches=1", "schedule.warmup=10", "sample.tokens=1"]
    settings += ["train.checkpoint_every=1000000", f"optimizer.learning_rate={RATE}"]
    command = [TFLION, "train", "--data", str(data), "--out", str(out), *engine]
    for setting in settings:
        command += ["--set", setting]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment())
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def peer(args):
    command = [sys.executable, str(HERE / "step.py"), "--warmup", str(args.warmup)]
    command += ["--steps", str(args.steps - args.warmup)]
    for name in SHAPE:
        command += ["--" + name, str(getattr(args, name))]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=environment())
    return json.loads(done.stdout)


def rate(args, metrics):
    return statistics.median(each["tokens_per_second"] for each in metrics[args.warmup :])


def check(expected, metrics):
    apart = max(abs(a["loss"] - b["loss"]) for a, b in zip(expected, metrics, strict=True))
    print(f"losses of {len(metrics)} steps: {apart:.1e} apart at most", flush=True)
    if not apart <= TOLERANCE:
        sys.exit(f"compare.py: they must be within {TOLERANCE}")


def show(name, rates):
    print(f"{name:12} {statistics.median(rates):11,.0f} tokens/s ({min(rates):,.0f} to {max(rates):,.0f})")


def main():
    args = parsed()
    plugin = args.plugin or cuda_plugin()
    engine = ["--engine", "pjrt", "--plugin", plugin]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        data = text(folder)
        expected = None if args.rates_only else train(args, data, folder / "tensorflow", [])
        ours, theirs = [], []
        for i in range(args.rounds):
            metrics = train(args, data, folder / f"pjrt{i}", engine)
            if expected:
                check(expected, metrics)
            ours.append(rate(args, metrics))
            theirs.append(peer(args))
    first = theirs[0]
    print(f"{first['peer']}; {first['device']}; {first['parameters']:,} parameters, {plugin}")
    print(f"first loss: tflion {metrics[0]['loss']:.4f}, JAX {first['first_loss']:.4f}, on other text")
    jax = [each["tokens_per_second"] for each in theirs]
    show("tflion pjrt", ours)
    show("JAX + optax", jax)
    print(f"ratio {statistics.median(ours) / statistics.median(jax):.3f}")


if __name__ == "__main__":
    main()
