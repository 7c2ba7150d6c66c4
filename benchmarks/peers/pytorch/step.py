#!/usr/bin/env python3
"""One training step of the GPT of `tflion bench step`, in eager PyTorch on a CPU.

Pre-norm blocks, fused q/k/v, exact GELU, learned positions, no biases, no dropout, the output layer
tied to the embedding; clipping by global norm; Lion as torch._foreach operations. Prints one JSON
object with the keys of `tflion bench step --json`.
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width, bias=False)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.feed_forward_norm = nn.LayerNorm(width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def forward(self, x):  # [B, T, C]
        b, t, c = x.shape
        q, k, v = self.qkv(self.attention_norm(x)).split(c, dim=2)
        q, k, v = (z.view(b, t, self.heads, -1).transpose(1, 2) for z in (q, k, v))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)  # [B, H, T, D]
        x = x + self.output(mixed.transpose(1, 2).reshape(b, t, c))
        return x + self.down(F.gelu(self.up(self.feed_forward_norm(x))))


class Gpt(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.tokens = nn.Embedding(args.vocabulary, args.width)
        self.positions = nn.Embedding(args.context, args.width)
        self.blocks = nn.ModuleList(Block(args.width, args.heads) for _ in range(args.layers))
        self.norm = nn.LayerNorm(args.width, bias=False)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, rows):  # [B, T + 1]
        seen, wanted = rows[:, :-1], rows[:, 1:]
        x = self.tokens(seen) + self.positions.weight[: seen.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = self.norm(x) @ self.tokens.weight.T  # [B, T, V]
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), wanted.reshape(-1))


class Lion:
    """Chen et al., 2023, algorithm 2; matrices decay, norms do not."""

    def __init__(self, parameters, rate=1e-3, beta1=0.9, beta2=0.99, decay=0.1):
        parameters = list(parameters)
        self.groups = [
            ([p for p in parameters if p.dim() == 2], decay),
            ([p for p in parameters if p.dim() != 2], 0.0),
        ]
        self.momenta = [[torch.zeros_like(p) for p in group] for group, _ in self.groups]
        self.rate, self.beta1, self.beta2 = rate, beta1, beta2

    @torch.no_grad()
    def step(self):
        for (weights, decay), momenta in zip(self.groups, self.momenta):
            gradients = [weight.grad for weight in weights]
            moves = torch._foreach_lerp(gradients, momenta, self.beta1)
            torch._foreach_sign_(moves)
            if decay:
                torch._foreach_mul_(weights, 1 - self.rate * decay)
            torch._foreach_add_(weights, moves, alpha=-self.rate)
            torch._foreach_lerp_(momenta, gradients, 1 - self.beta2)


class Bench:
    def __init__(self, args):
        torch.manual_seed(1)
        self.args = args
        self.model = Gpt(args)
        self.lion = Lion(self.model.parameters())
        self.rows = torch.randint(0, args.vocabulary, (args.batch, args.context + 1))
        self.run = torch.compile(self.forward) if args.compile else self.forward

    def forward(self):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.args.precision == "bfloat16"):
            return self.model(self.rows)

    def step(self):
        began = time.perf_counter()
        loss = self.run()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0, foreach=True)
        self.lion.step()
        for parameter in self.model.parameters():
            parameter.grad = None
        loss.item()
        return 1000 * (time.perf_counter() - began)

    def rounds(self, steps):
        return [self.step() for _ in range(steps)]


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--context", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--vocabulary", type=int, default=256)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--compile", action="store_true", help="with torch.compile")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    return parser.parse_args()


def main():
    args = parsed()
    torch.set_num_threads(args.threads)
    bench = Bench(args)
    bench.rounds(args.warmup)
    times = bench.rounds(args.steps)
    median = statistics.median(times)
    result = {
        "peer": "PyTorch " + torch.__version__,
        "threads": args.threads,
        "tokens_per_second": args.batch * args.context / median * 1000,
        "step_ms": {"median": median, "min": min(times), "max": max(times)},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
