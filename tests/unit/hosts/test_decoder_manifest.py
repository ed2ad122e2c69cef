import pytest

from nutshell.hosts.decoder_manifest import decoder_from_manifest

ENTRY = {"name": "Tiny", "bytes": 3, "weights": {"bytes": 40}, "licence": "MIT", "context": 512}


def test_decoder_is_read_from_its_entry():
    decoder = decoder_from_manifest(ENTRY, "{}")
    assert (decoder.name, decoder.bytes, decoder.licence, decoder.context) == ("Tiny", 43, "MIT", 512)
    assert (decoder.tokenizer, decoder.good, decoder.bad, decoder.chosen) == ("{}", "", "", False)


def test_chosen_file_is_marked():
    assert decoder_from_manifest({**ENTRY, "chosen": True, "good": "Fast."}, "{}").chosen


@pytest.mark.parametrize("name", ["name", "weights", "context"])
def test_incomplete_entry_is_refused(name):
    with pytest.raises(KeyError):
        decoder_from_manifest({key: value for key, value in ENTRY.items() if key != name}, "{}")
