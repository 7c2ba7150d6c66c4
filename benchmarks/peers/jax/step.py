#!/usr/bin/env python3
"""Training steps of the GPT of `tflion train`, in JAX with Lion of optax, on JAX's first device.

Pre-norm blocks, fused q/k/v, exact GELU, learned positions, no biases, no dropout, the output layer
tied to the embedding; clipping by global norm; decay of matrices alone. The whole step is one
program that updates its state in place; its loss is read after each step. Prints one JSON object.
"""

import argparse
import functools
import json
import statistics
import time

import jax
import jax.numpy as jnp
import optax


def parameters(args, key):
    """Weights by name; those that write to the residual stream start smaller, as GPT-2 has it."""
    width, deviation = args.width, 0.02
    residual = deviation / (2 * args.layers) ** 0.5
    shapes = {"tokens": (args.vocabulary, width, deviation), "positions": (args.context, width, deviation)}
    for i in range(args.layers):
        shapes[f"{i}.qkv"] = (width, 3 * width, deviation)
        shapes[f"{i}.output"] = (width, width, residual)
        shapes[f"{i}.up"] = (width, 4 * width, deviation)
        shapes[f"{i}.down"] = (4 * width, width, residual)
    weights = {}
    for name, (rows, columns, scale) in shapes.items():
        key, own = jax.random.split(key)
        weights[name] = scale * jax.random.normal(own, (rows, columns))
    norms = ["norm"] + [f"{i}.{name}" for i in range(args.layers) for name in ("norm1", "norm2")]
    return weights | {name: jnp.ones(width) for name in norms}


def norm(x, gain):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * gain


def attention(args, x, w, i):  # [B, T, C]
    b, t, c = x.shape
    q, k, v = jnp.split(x @ w[f"{i}.qkv"], 3, axis=-1)
    q, k, v = (z.reshape(b, t, args.heads, -1).transpose(0, 2, 1, 3) for z in (q, k, v))
    scores = q @ k.swapaxes(-1, -2) / (c // args.heads) ** 0.5  # [B, H, T, T]
    causal = jnp.tril(jnp.ones((t, t), bool))
    shares = jax.nn.softmax(jnp.where(causal, scores, -jnp.inf), axis=-1)
    return (shares @ v).transpose(0, 2, 1, 3).reshape(b, t, c) @ w[f"{i}.output"]


def loss(args, w, rows):  # [B, T + 1]
    seen, wanted = rows[:, :-1], rows[:, 1:]
    x = w["tokens"][seen] + w["positions"]
    for i in range(args.layers):
        x = x + attention(args, norm(x, w[f"{i}.norm1"]), w, i)
        hidden = jax.nn.gelu(norm(x, w[f"{i}.norm2"]) @ w[f"{i}.up"], approximate=False)
        x = x + hidden @ w[f"{i}.down"]
    logits = norm(x, w["norm"]) @ w["tokens"].T  # [B, T, V]
    return optax.softmax_cross_entropy_with_integer_labels(logits, wanted).mean()


def lion():
    matrices = functools.partial(jax.tree.map, lambda weight: weight.ndim == 2)
    return optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.lion(1e-3, b1=0.9, b2=0.99, weight_decay=0.1, mask=matrices),
    )


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--context", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--vocabulary", type=int, default=256)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--steps", type=int, default=40)
    return parser.parse_args()


def main():
    args = parsed()
    rule = lion()
    weights = parameters(args, jax.random.key(1))
    slots = rule.init(weights)

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def step(weights, slots, rows):
        value, gradients = jax.value_and_grad(functools.partial(loss, args))(weights, rows)
        updates, slots = rule.update(gradients, slots, weights)
        return optax.apply_updates(weights, updates), slots, value

    key, losses, times = jax.random.key(2), [], []
    for _ in range(args.warmup + args.steps):
        key, own = jax.random.split(key)
        rows = jax.device_get(jax.random.randint(own, (args.batch, args.context + 1), 0, args.vocabulary))
        began = time.perf_counter()
        weights, slots, value = step(weights, slots, rows)
        losses.append(float(value))
        times.append(1000 * (time.perf_counter() - began))
    times = times[args.warmup :]
    median = statistics.median(times)
    result = {
        "peer": f"JAX {jax.__version__}, optax {optax.__version__}",
        "device": jax.devices()[0].device_kind,
        "parameters": sum(weight.size for weight in weights.values()),
        "first_loss": losses[0],
        "tokens_per_second": args.batch * args.context / median * 1000,
        "step_ms": {"median": median, "min": min(times), "max": max(times)},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
