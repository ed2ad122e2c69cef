"""The language model: prompts, decoding, and rules for faithful sentences."""
