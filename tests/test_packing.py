from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.passages.packing import Break, pack

P, T, S, L, D = Break.PARAGRAPH, Break.ITEM, Break.SENTENCE, Break.INTRODUCTION, Break.LEAD


def test_nothing_packs_into_nothing() -> None:
    assert pack([], [], budget=10) == []


def test_what_fits_is_one_group() -> None:
    assert pack([3, 3, 4], [P, P, P], budget=10) == [range(3)]


def test_groups_of_like_size_beat_a_full_one_and_a_crumb() -> None:
    # 9 + 1 and 5 + 5 both make two groups.
    assert pack([5, 4, 1], [P, P, P], budget=9) == [range(1), range(1, 3)]


def test_a_paragraph_is_not_torn_to_save_a_group() -> None:
    # Three groups between paragraphs, though two would do by cutting the second one.
    assert pack([8, 2, 4, 8], [P, P, S, P], budget=11) == [range(1), range(1, 3), range(3, 4)]


def test_a_list_that_must_be_cut_is_cut_between_items_and_not_behind_its_introduction() -> None:
    # introduction 4, items of 4: 4 | 4 4 would be as even as 4 4 | 4.
    assert pack([4, 4, 4], [P, L, T], budget=9) == [range(2), range(2, 3)]


def test_the_sentence_before_a_list_leaves_its_paragraph_for_the_list() -> None:
    # 6 3 | 2 2 tears the introduction, 6 | 3 2 2 only the paragraph.
    assert pack([6, 3, 2, 2], [P, D, L, T], budget=9) == [range(1), range(1, 4)]


def test_a_piece_over_budget_stands_alone() -> None:
    assert pack([2, 20, 2], [P, P, P], budget=9) == [range(1), range(1, 2), range(2, 3)]


def cost_of(groups: list[range], weights: list[int], breaks: list[Break], budget: int) -> int:
    fills = [sum(weights[group.start : group.stop]) for group in groups]
    torn = sum(breaks[group.start] for group in groups)
    return torn + sum(1000 + 1000 * fill * fill // budget**2 for fill in fills)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from([P, T, S, L, D])), min_size=1, max_size=8)
)
def test_no_other_way_to_cut_is_cheaper(pieces: list[tuple[int, Break]]) -> None:
    weights, breaks = [weight for weight, _ in pieces], [opening for _, opening in pieces]
    ways = [
        [range(a, b) for a, b in pairwise((0, *cuts, len(pieces)))]
        for number in range(len(pieces))
        for cuts in combinations(range(1, len(pieces)), number)
    ]
    allowed = [
        way for way in ways if all(len(g) == 1 or sum(weights[g.start : g.stop]) <= 9 for g in way)
    ]
    cheapest = min(cost_of(way, weights, breaks, 9) for way in allowed)
    found = pack(weights, breaks, budget=9)
    assert found in allowed
    assert cost_of(found, weights, breaks, 9) == cheapest
