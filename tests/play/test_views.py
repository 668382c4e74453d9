"""What players are shown of a question."""

from __future__ import annotations

import msgspec

from quiz.play.views import question_view
from tests.domain.builders import ask, make_game


def test_an_image_is_shown_with_the_words_for_who_cannot_see_it():
    """And neither field is there where there is none."""
    game = make_game()
    assert {"image", "image_alt"} & question_view(game, game.first_phase(), 0, 0, 1, 0).keys() == set()
    game = msgspec.structs.replace(game, questions=(ask("single", image="/images/a.webp", image_alt=" A fox "),))
    view = question_view(game, game.first_phase(), 0, 0, 1, 0)
    assert (view["image"], view["image_alt"]) == ("/images/a.webp", "A fox")
