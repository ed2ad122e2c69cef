"""Average-link clustering of a few groups."""

import pytest

from nutshell.stories.average_link import AverageLink


def cluster(groups, threshold=0.0, **scores):
    """Merges until no pair is left; returns the groups, and the pairs in the order of their merging."""
    table, similar = {}, {}
    for (left, right), score in scores.items():
        table.setdefault(left, {})[right] = table.setdefault(right, {})[left] = score
        if score > threshold:
            similar.setdefault(left, set()).add(right)
            similar.setdefault(right, set()).add(left)
    groups = {group[0]: list(group) for group in groups}
    links, merged = AverageLink(groups, table, similar, threshold), []
    while (pair := links.closest_pair()) is not None:
        merged.append(pair)
        links.merge(*pair)
    return {"".join(sorted(items)) for items in groups.values()}, merged


def test_closest_pair_is_merged_first():
    groups, merged = cluster("ABCD", AB=0.3, CD=0.9)
    assert groups == {"AB", "CD"}
    assert merged == [("C", "D"), ("A", "B")]


def test_mean_of_all_pairs_counts_not_the_closest_items():
    assert cluster(["AB", "CD"], BC=0.9, AC=-0.9)[0] == {"AB", "CD"}  # A-D and B-D were not compared: -1
    assert cluster(["AB", "C"], BC=0.4, AC=-0.3)[0] == {"ABC"}


def test_merged_groups_can_be_too_far_from_a_third():
    assert cluster("ABC", AB=0.6, BC=0.3, AC=-0.9)[0] == {"AB", "C"}


def test_merged_groups_can_become_close_enough_to_a_third():
    assert cluster("ABC", AB=0.6, BC=0.5, AC=-0.4)[0] == {"ABC"}


@pytest.mark.parametrize(("threshold", "groups"), [(0.4, {"AB"}), (0.5, {"A", "B"}), (0.6, {"A", "B"})])
def test_mean_must_be_above_the_threshold(threshold, groups):
    assert cluster("AB", threshold, AB=0.5)[0] == groups


def test_without_similar_items_nothing_is_merged():
    assert cluster("AB", AB=-0.5) == ({"A", "B"}, [])
