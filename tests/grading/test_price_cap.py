"""What one mistake costs together has a limit, and what it does not touch stays as it was."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.price_cap import kept_shares

WORTH = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sampled_from([0.5, 1.0, 1.25, 3.0]), min_size=1
)


def test_a_cause_that_costs_too_much_keeps_the_rest_evenly():
    kept = kept_shares({"a": 1.0, "b": 3.0}, {"a": "mean", "b": "mean"}, 60.0)
    assert kept == {"a": Fraction(2, 5), "b": Fraction(2, 5)}


def test_two_causes_cost_each_their_own_and_a_small_one_costs_in_full():
    worth = {"a": 1.0, "b": 8.0, "c": 1.0}
    assert kept_shares(worth, {"a": "one", "b": "other"}, 60.0) == {"a": 0, "b": Fraction(1, 4)}


@given(WORTH, st.data(), st.sampled_from([20.0, 60.0, 100.0]))
def test_no_cause_costs_more_than_the_cap(worth, data, cap):
    causes = {
        name: data.draw(st.sampled_from(["one", "other"]))
        for name in worth
        if data.draw(st.booleans())
    }
    kept = kept_shares(worth, causes, cap)
    assert kept.keys() == causes.keys()
    assert all(0 <= share < 1 for share in kept.values())
    for cause in set(causes.values()):
        cost = sum(Fraction(worth[n]) * (1 - kept[n]) for n in causes if causes[n] == cause)
        assert cost <= sum(map(Fraction, worth.values())) * Fraction(cap) / 100
