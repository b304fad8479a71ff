"""The recogniser of the embedded endpoint: a streaming acoustic model and a word search.

One `Recogniser` serves a whole process.  A segment of speech takes one `AcousticStream` and any number of
`Search` passes over the slots that the stream gives: one that follows the stream for partial results, and one
with hotwords over all slots at the end, as a two-pass server has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from asrgate.reference.acoustic import AcousticModel, AcousticStream, Slot
from asrgate.reference.lexicon import Lexicon, Node
from asrgate.reference.search import Search, Token

__all__ = ["AcousticStream", "Recogniser", "Search", "Slot", "Token", "text_of"]

REMEMBERED_TREES = 32


class Recogniser:
    """Acoustic model, vocabulary and language model of a process; load it once, it is safe to share."""

    def __init__(self, model: AcousticModel, lexicon: Lexicon, domain_text: Sequence[str] = ()) -> None:
        self._model = model
        self._lexicon = lexicon
        self._domain = lexicon.domain_bigram(domain_text) if domain_text else {}
        self._trees: dict[tuple[tuple[str, float], ...], Node] = {}

    @classmethod
    def load(cls, *, domain_text: Sequence[str] = ()) -> Self:
        """Load the model that comes with the package.

        domain_text is sentences of the application: their word pairs become likelier, the audio still
        decides.
        """
        return cls.from_folder(
            Path(str(resources.files("asrgate.reference") / "data")), domain_text=domain_text
        )

    @classmethod
    def from_folder(cls, folder: Path, *, domain_text: Sequence[str] = ()) -> Self:
        """Load a model, its units and its vocabulary from a folder that the training recipe wrote."""
        units = (folder / "units.txt").read_text(encoding="utf-8").split()
        model = AcousticModel(folder / "model.w8.onnx", units)
        return cls(model, Lexicon(folder / "lexicon.npz", units), domain_text)

    def acoustic_stream(self) -> AcousticStream:
        """Return a stream for the audio of one segment."""
        return AcousticStream(self._model)

    def search(self, hotwords: Mapping[str, float] | None = None) -> Search:
        """Return a new pass; hotwords are words with their weights, of which 20 is usual."""
        return Search(self._lexicon, self._tree(hotwords) if hotwords else None, self._domain)

    def transcribe(
        self, samples: NDArray[np.float32], hotwords: Mapping[str, float] | None = None
    ) -> tuple[Token, ...]:
        """Recognise a whole utterance at 16 kHz in [-1, 1]."""
        stream, search = self.acoustic_stream(), self.search(hotwords)
        search.accept(stream.accept(samples))
        search.accept(stream.finish())
        return search.tokens()

    def _tree(self, hotwords: Mapping[str, float]) -> Node:
        key = tuple(hotwords.items())
        tree = self._trees.pop(key, None)
        if tree is None:
            tree = self._lexicon.hotword_tree(hotwords)
        # A session asks for the same tree at each segment; the oldest of many sessions' trees makes room.
        self._trees[key] = tree
        while len(self._trees) > REMEMBERED_TREES:
            self._trees.pop(next(iter(self._trees)), None)
        return tree


def text_of(tokens: Iterable[Token]) -> str:
    """Join tokens as FunASR does: Chinese without spaces, a space on either side of an English word."""
    text, latin = "", False
    for token in tokens:
        now = token.text.isascii()
        text += (" " if text and (now or latin) else "") + token.text
        latin = now
    return text
