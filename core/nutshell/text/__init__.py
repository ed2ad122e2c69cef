"""Sentences, tokenizers, encoders, stemming and language detection.

There is one tokenizer for each purpose: `words.words` splits text in any language into words, for counting and
matching; `tokens.parse_text` makes typed tokens of English text, for comparing facts; `wordpiece` makes the encoder's
token ids.
"""
