import pytest

from nutshell.ranking.topics import Topics, compute_features, fit_topics, pack_vectors
from nutshell.text.static_encoder import WIDTH, embed_static
from support.recommender_rig import story


@pytest.fixture
def packed(models, wordpiece, run):
    """Vectors of 20 titles on each of three subjects."""
    titles = [story(number, subject).title for subject in ("boats", "bread", "stars") for number in range(20)]
    return run(pack_vectors(models, run(embed_static(models, wordpiece, titles)).data))


def test_a_packed_vector_has_a_byte_for_each_number(packed):
    assert len(packed) == 60 * WIDTH
    assert max(packed[:WIDTH], key=lambda byte: byte if byte < 128 else 256 - byte) in {127, 129}


def test_the_mean_of_few_vectors_is_not_subtracted(models, packed, run):
    assert run(fit_topics(models, packed[: 7 * WIDTH])) == Topics()
    assert any(run(fit_topics(models, packed[: 8 * WIDTH])).center)


def test_items_of_one_subject_share_topics(models, packed, run):
    topics = run(fit_topics(models, packed))
    assert len(topics.vectors) == 10 * WIDTH
    features, nearest = run(compute_features(models, packed, topics))
    assert len(features) == len(packed)
    by_subject = [set(nearest[start : start + 20]) for start in (0, 20, 40)]
    assert not by_subject[0] & by_subject[1] | by_subject[1] & by_subject[2] | by_subject[0] & by_subject[2]


def test_topics_are_restored_from_bytes(models, packed, run):
    topics = run(fit_topics(models, packed))
    assert Topics.from_bytes(topics.to_bytes()) == topics
