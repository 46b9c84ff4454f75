"""A menu: its options in balanced order, and in words.

    turn 0    a b d c      each option stands in each place once in n turns (a Latin square),
    turn 1    b c a d      and each follows each other one as often as any (Williams' design):
    turn 2    c d b a      for an even n within n turns, for an odd one within 2 n, the second
    turn 3    d a c b      n of which are the first in reverse

Turns are counted within a cell. The seed draws which option is `a`; it does so once for a
scenario and menu, so that cells which are compared within a block are shown in one order.

Source: E. J. Williams, "Experimental designs balanced for the estimation of residual effects
of treatments", Australian Journal of Scientific Research A 2 (1949).
"""

from collections.abc import Mapping, Sequence
from random import Random

from allegiance.measures.choice import LETTERS
from allegiance.trials.prompts import prompt


def balanced_order(options: Sequence[str], turn: int, seed: str) -> list[str]:
    """The options in the order of a turn, the same whenever it is asked for.

    Args:
        options: What can be chosen, in any order.
        turn: Number of the menu among those to be balanced, from 0.
        seed: Of the order that the turns start from.
    """
    named = sorted(options)
    Random(f"{seed}-{','.join(named)}").shuffle(named)
    count = len(named)
    zigzag = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(count)]
    row = [named[(step + turn) % count] for step in zigzag]
    return row[::-1] if turn // count % 2 else row


def shown_texts(
    texts: Mapping[str, Sequence[str]], order: Sequence[str], wording: int
) -> dict[str, str]:
    """Option to its text in a wording set, text k mod n, in the order given."""
    return {option: texts[option][wording % len(texts[option])] for option in order}


def menu(template: str, shown: Mapping[str, str], answer: str, /, **words: str) -> str:
    """A question with its options, each under a letter.

    Args:
        template: Name of the prompt.
        shown: Option to its text, in the order shown.
        answer: How to answer, in words.
        words: What fills the prompt's other slots.
    """
    lettered = zip(LETTERS, shown.values(), strict=False)
    options = "\n".join(f"{letter}. {text}" for letter, text in lettered)
    return prompt(template, options=options, answer=answer, **words)
