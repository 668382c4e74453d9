"""The short version of `make chaos`, and the proof that its accounting sees what is lost."""

from __future__ import annotations

import pytest

from tests.chaos import trials
from tests.chaos.__main__ import Row
from tests.chaos.arena import Arena
from tests.chaos.audit import Audit
from tests.chaos.mixture import mixture
from tests.chaos.trials import Outcome


def test_no_fault_loses_an_acknowledged_answer_or_counts_one_twice():
    """Every fault once, in a random order, on two instances of two workers while players answer all the time."""
    with Arena(cut_off=True, players=12, pace_s=0.2, CLOCK_OFF="3600") as arena:
        outcome = mixture(arena, seconds=1, longest=1.5, between=0.4, seed=7)
    assert outcome.audit.told > 500
    assert outcome.audit.clean, outcome.audit
    assert not [wrong for wrong in outcome.missed if "files" in wrong]


@pytest.mark.long
def test_without_replay_the_accounting_sees_what_is_lost():
    """The same platform with that protection switched off loses answers, and the accounting says so."""
    with Arena(players=10, workers=1, sabotage="replay") as arena:
        outcome = trials.killed(arena, times=1, away_s=1)
    assert outcome.audit.lost > 0


def test_a_row_holds_only_if_nothing_is_lost_figures_keep_to_their_limits_and_its_control_failed():
    """Medians count, but a single lost answer in any run is one too many."""

    def row(*runs: tuple[int, float], control: str = "failed, as it must: lost 3") -> Row:
        outcomes = [Outcome(Audit(9, lost, 0, 0, 0), {"took, s": (seconds, 2.0)}) for lost, seconds in runs]
        return Row("killed", outcomes, control=control)

    assert row((0, 1.0), (0, 9.0), (0, 2.0)).wrong == []
    assert "holds" in row((0, 1.0)).text()
    assert "took, s: 3 > 2" in row((0, 3.0), (0, 9.0), (0, 1.0)).wrong
    assert len(row((0, 1.0), (1, 1.0)).wrong) == 1
    assert row((0, 1.0), control="passed without its protection").wrong
    assert row((0, 1.0), control="could not be run: no server came up").wrong
    assert Row("killed", broke=["AssertionError"]).wrong
