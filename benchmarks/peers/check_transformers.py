"""Compares the scores of models that go to and come from Hugging Face's transformers.

pip install torch transformers safetensors numpy
python check_transformers.py TFLION RUN FOLDER

TFLION is the command, RUN a run whose model GPT-2's architecture holds, FOLDER a new folder to work
in. Two ways: RUN is exported and loaded by transformers; and small random GPT2LMHeadModels that
transformers saves are imported. Prints the largest difference of the scores of the next token.
"""

import json
import pathlib
import subprocess
import sys

import numpy
import torch
import transformers

MOST = 1e-4  # Scores of order 1 to 10 in float32, of other sums.
TEXTS = ["The ", "public static void main", "To be, or not to be: that is the question"]

command, run, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
folder.mkdir()


def tflion(*arguments):
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"tflion {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def difference(model, of_run, context):
    most = 0.0
    for text in TEXTS + [" and again".join(TEXTS) * 20]:
        ours = json.loads(tflion("generate", "--run", of_run, "--prompt", text, "--scores"))
        tokens = torch.tensor([ours["tokens"][-context:]])
        with torch.no_grad():
            theirs = model(tokens).logits[0, -1].numpy()
        most = max(most, float(numpy.abs(theirs - numpy.array(ours["scores"])).max()))
        size = float(numpy.abs(theirs).max())
    print(f"  largest difference {most:.2e} of scores up to {size:.1f}")
    return most


print(f"transformers {transformers.__version__}, torch {torch.__version__}")
worst = 0.0
exported = folder / "exported"
tflion("export", "--run", run, "--out", exported)
model, info = transformers.GPT2LMHeadModel.from_pretrained(exported, output_loading_info=True)
left = {key: value for key, value in info.items() if value}
print(f"exported {run}: {sum(p.numel() for p in model.parameters()):,} parameters, not matched: {left}")
worst = max(worst, difference(model.eval(), run, model.config.n_positions))
if (exported / "tokenizer.json").exists():
    tokenizer = transformers.AutoTokenizer.from_pretrained(exported)
    for text in TEXTS:
        ours = json.loads(tflion("generate", "--run", run, "--prompt", text, "--scores"))["tokens"]
        if tokenizer(text)["input_ids"] != ours:
            sys.exit(f"tokens differ: {tokenizer(text)['input_ids']} and {ours}")
    print("  its tokenizer gives equal tokens")

for name, shard in [("gelu_new", "5GB"), ("gelu", "100KB")]:
    torch.manual_seed(7)
    config = transformers.GPT2Config(
        vocab_size=300, n_positions=48, n_embd=64, n_layer=3, n_head=4, activation_function=name
    )
    model = transformers.GPT2LMHeadModel(config)
    for parameter in model.parameters():  # Biases and gains that matter.
        parameter.data += 0.1 * torch.randn_like(parameter)
    saved, imported = folder / f"saved-{name}", folder / f"imported-{name}"
    model.save_pretrained(saved, max_shard_size=shard)
    tflion("import", "--from", saved, "--out", imported, "--tokenizer", "byte")
    print(f"imported a random model of {name} in {len(list(saved.glob('*.safetensors')))} files")
    worst = max(worst, difference(model.eval(), imported, config.n_positions))

if worst > MOST:
    sys.exit(f"the scores differ by more than {MOST}")
print(f"all scores are equal to {MOST}")
