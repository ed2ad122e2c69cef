import pytest

from nutshell.ranking.mix import Mix, Share, mix
from support.recommender_rig import HOUR, NOW, rank, record


def test_the_mix_has_the_share_of_each_source_and_topic(filled, run):
    record(filled, "open", "boats0", NOW - HOUR)
    found = mix(rank(run, filled))
    assert found.sources == (Share("Paper", 1.0),)
    assert sum(share.share for share in found.topics) == pytest.approx(1)
    assert {share.name for share in found.topics} > {""}


def test_an_empty_list_has_no_mix():
    assert mix([]) == Mix()
