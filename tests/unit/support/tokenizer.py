"""A small byte-pair tokenizer for tests of the language model."""

import json

from nutshell.paraphrase.bpe import byte_letters


def tokenizer(**changes):
    """A tokenizer of all bytes, a few merges, and ChatML's control tokens."""
    merges = ["h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o", "r l", "rl d", "Ġwo rld", "Ġ t", "h e", "Ġt he"]
    control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokens = [*control, *byte_letters(), *dict.fromkeys(merge.replace(" ", "") for merge in merges)]
    tokens = list(dict.fromkeys(tokens))
    template = (
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
        "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    made = {"tokens": tokens, "merges": list(dict.fromkeys(merges)), "special": [0, 1, 2], "bos": 1, "eos": 2}
    return json.dumps(made | {"chat_template": template, "context": 512, "pre": "smollm"} | changes)
