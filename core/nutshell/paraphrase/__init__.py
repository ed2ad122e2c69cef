"""The language model: prompts, decoding, faithfulness."""
