from dataclasses import replace

from nutshell.ports import Decoder
from nutshell.records.decoder_speed import DecoderSpeed
from nutshell.storage.decoder_speed import DecoderSpeedStore

DECODER = Decoder("small", 123, "MIT", 2048, "{}")


def test_the_speed_belongs_to_the_decoder_that_was_measured(database):
    store = DecoderSpeedStore(database)
    assert store.get(DECODER) is None
    speed = DecoderSpeed("small", 123, 300.5, 41.25)
    store.save(speed)
    assert store.get(DECODER) == speed
    assert store.get(replace(DECODER, bytes=124)) is None
    assert store.get(replace(DECODER, name="other")) is None
