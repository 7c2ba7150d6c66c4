#!/usr/bin/env python3
"""tflion against eager PyTorch: the same training step, in turn, several rounds.

Every round starts either program anew with the same shape and number of threads; the other
program's round follows at once, so that what else the machine does falls on both alike. Prints the
median of the rounds' tokens per second, their spread, and the ratio.

    benchmarks/peers/pytorch/compare.py --width 256 --context 128 --batch 8
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TFLION = HERE.parents[2] / "tflion"


def rate(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)["tokens_per_second"]


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", default="4")
    parser.add_argument("--width", default="128")
    parser.add_argument("--heads", default="4")
    parser.add_argument("--context", default="64")
    parser.add_argument("--batch", default="16")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--steps", default="20")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jit", default="auto", help="of tflion")
    parser.add_argument("--compile", action="store_true", help="PyTorch with torch.compile")
    return parser.parse_args()


def main():
    args = parsed()
    shape = []
    for name in ("layers", "width", "heads", "context", "batch", "precision", "steps"):
        shape += ["--" + name, getattr(args, name)]
    ours = [os.environ.get("TFLION", str(TFLION)), "bench", "step", "--json", "--jit", args.jit]
    theirs = [sys.executable, str(HERE / "step.py"), "--threads", str(os.cpu_count())]
    if args.compile:
        theirs.append("--compile")
    rates = {"tflion": [], "PyTorch": []}
    for _ in range(args.rounds):
        rates["tflion"].append(rate(ours + shape))
        rates["PyTorch"].append(rate(theirs + shape))
    for name, all_rates in rates.items():
        print(
            f"{name:8} {statistics.median(all_rates):9,.0f} tokens/s"
            f" ({min(all_rates):,.0f} to {max(all_rates):,.0f})"
        )
    ratio = statistics.median(rates["tflion"]) / statistics.median(rates["PyTorch"])
    print(f"ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
