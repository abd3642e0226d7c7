"""The card of the shipped model, compared with the writer of cards."""

from pathlib import Path

from grefel_train.card import _TEXT

CARD = Path(__file__).parents[2] / "grefel-small.card.md"


def test_the_shipped_card_says_what_a_new_one_would() -> None:
    shipped = CARD.read_text().splitlines()
    said = [line for line in _TEXT.splitlines() if "{" not in line]
    assert [line for line in said if line not in shipped] == []


def test_a_card_says_of_how_many_views_its_figures_are() -> None:
    for text in (_TEXT, CARD.read_text()):
        assert "one view of each image" in text and 'bench/flags/README.md, "Views"' in text
