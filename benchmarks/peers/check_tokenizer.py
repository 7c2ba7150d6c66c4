"""Compares the ids of a prepared folder with those of Hugging Face's tokenizers.

pip install tokenizers numpy
./tflion data prepare --input TEXT --tokenizer TOKENIZER.json --out DIR
python check_tokenizer.py TOKENIZER.json DIR TEXT...
"""

import json
import sys

import numpy
import tokenizers

file, folder, *texts = sys.argv[1:]
manifest = json.load(open(folder + "/manifest.json"))
kind = {2: numpy.uint16, 4: numpy.uint32}[manifest["token_bytes"]]
ours = numpy.fromfile(folder + "/tokens.bin", dtype=kind)
peer = tokenizers.Tokenizer.from_file(file)
end = peer.token_to_id("<|endoftext|>")
theirs = []
for text in texts:
    # newline="" keeps line ends as they are.
    theirs += peer.encode(open(text, encoding="utf-8", newline="").read(), add_special_tokens=False).ids
    theirs += [] if end is None else [end]
theirs = numpy.array(theirs, dtype=kind)
print(f"tokenizers {tokenizers.__version__}: {len(theirs):,} ids, ours {len(ours):,}")
if len(theirs) != len(ours) or (theirs != ours).any():
    short = min(len(theirs), len(ours))
    first = int(numpy.argmax(theirs[:short] != ours[:short])) if short else 0
    sys.exit(f"they differ from id {first}: {theirs[first:first + 5]} and {ours[first:first + 5]}")
print("all ids are equal")
