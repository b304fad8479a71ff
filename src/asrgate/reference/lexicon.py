"""Words, their readings and a class-based language model, as flat tables that load quickly.

The tables hold a tree of readings: each edge is a unit (a tonal syllable or an English phone), and a node
carries the words that are read by the units on the way to it.  Nodes are numbered breadth first, so that the
children of a node are neighbours and a count per node is all that the tree needs.  Tree nodes become Python
objects only when a search comes by.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

PROPER_NOUN = "nz"
SENTENCE_START = "<s>"
HOTWORD_UNIT = 0.25
"""Log probability that one unit of hotword weight is worth; 20, FunASR's usual weight, makes 5 nats."""
LARGEST_WEIGHT = 40.0
LONGEST_HOTWORD = 40
HOTWORD_COUNT = 20.0
"""The least count in the corpus that a hotword is taken to have."""
MOST_READINGS = 8

_RUNS = re.compile(r"[A-Za-z]+|[\u4e00-\u9fff]|\S")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word at the end of one of its readings; natural logarithms.

    pieces splits it into (token text, units): one per character, or one for an English word.
    """

    text: str
    log_probability: float
    word_class: int
    bonus: float
    pieces: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Node:
    """A node of a tree of readings: children by unit (numbers until visited) and words that end here."""

    children: dict[int, Node | int] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


def _pieces(text: str, units: int) -> tuple[tuple[str, int], ...]:
    return ((text, units),) if text.isascii() else tuple((character, 1) for character in text)


class Lexicon:
    """The vocabulary of all searches of a process; nothing in it changes but what has been unpacked."""

    def __init__(self, path: Path, units: Sequence[str]) -> None:
        self.unit_numbers = {unit: number for number, unit in enumerate(units)}
        with np.load(path, allow_pickle=False) as tables:
            self._texts = tables["texts"].tobytes().decode("utf-8").split("\n")
            self._log_probabilities = (tables["log_probability_milli"] / 1000).tolist()
            self._classes = tables["word_class"].tolist()
            self._node_units = tables["node_unit"].tolist()
            self._first_child = _starts(tables["node_children"], 1)
            self._first_entry = _starts(tables["node_entries"], 0)
            self.total = float(tables["total"])
            names = tables["class_names"].tobytes().decode("utf-8").split("\n")
            # class_ratio[a][b]: log of how much likelier a word of class b is after class a than anywhere.
            self.class_ratio: list[list[float]] = tables["class_ratio"].tolist()
        self.start_class = names.index(SENTENCE_START)
        self._hotword_class = names.index(PROPER_NOUN)
        self._nodes: dict[int, Node] = {}
        self.root = self.node(0)

    def node(self, number: int) -> Node:
        """Return a node of the tree by its number."""
        node = self._nodes.get(number)
        if node is None:
            children = range(self._first_child[number], self._first_child[number + 1])
            node = Node({self._node_units[child]: child for child in children}, self._entries(number))
            self._nodes[number] = node
        return node

    def _entries(self, number: int) -> tuple[Entry, ...]:
        return tuple(
            Entry(
                text,
                self._log_probabilities[index],
                self._classes[index],
                0.0,
                _pieces(text, self._depth(number)),
            )
            for index in range(self._first_entry[number], self._first_entry[number + 1])
            for text in (self._texts[index],)
        )

    @cached_property
    def _parents(self) -> list[int]:
        counts = np.diff(np.array(self._first_child))
        return [-1, *np.repeat(np.arange(len(counts)), counts).tolist()]

    @cached_property
    def _node_of_entry(self) -> list[int]:
        counts = np.diff(np.array(self._first_entry))
        return list(np.repeat(np.arange(len(counts)), counts).tolist())

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """Entries of each word, the likeliest reading first."""
        index: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts):
            index.setdefault(text, []).append(number)
        for numbers in (numbers for numbers in index.values() if len(numbers) > 1):
            numbers.sort(key=lambda number: -self._log_probabilities[number])
        return index

    def _depth(self, node: int) -> int:
        return len(self._path(node))

    def _path(self, node: int) -> tuple[int, ...]:
        units: list[int] = []
        while node:
            units.append(self._node_units[node])
            node = self._parents[node]
        return tuple(reversed(units))

    def log_probability(self, text: str) -> float | None:
        """Return the log probability of a word in its likeliest reading, None if it is no word."""
        found = self._index.get(text)
        return self._log_probabilities[found[0]] if found else None

    def readings(self, text: str) -> Iterator[tuple[tuple[int, ...], tuple[tuple[str, int], ...]]]:
        """Give the readings (units, pieces) of any words in Hanzi and known English, at most MOST_READINGS.

        Hanzi that are no word together are read as the longest words inside; nothing is given for unknown
        characters.
        """
        parts = []
        for run in _script_runs(text):
            found = self._split(run)
            if found is None:
                return
            parts += found
        for choice in itertools.islice(itertools.product(*parts), MOST_READINGS):
            pieces = tuple(piece for _, word_pieces in choice for piece in word_pieces)
            yield tuple(unit for units, _ in choice for unit in units), pieces

    def _split(self, run: str) -> list[list[tuple[tuple[int, ...], tuple[tuple[str, int], ...]]]] | None:
        """Cut a run into the longest known words; each comes with its likely readings."""
        parts, start = [], 0
        while start < len(run):
            longest = len(run) if run.isascii() else start + 5
            ends = range(min(len(run), longest), start, -1) if not run.isascii() else (len(run),)
            end = next((end for end in ends if run[start:end] in self._index), None)
            if end is None:
                return None
            parts.append(self._likely(run[start:end]))
            start = end
        return parts

    def _likely(self, word: str) -> list[tuple[tuple[int, ...], tuple[tuple[str, int], ...]]]:
        numbers = self._index[word]
        best = self._log_probabilities[numbers[0]]
        paths = [
            self._path(self._node_of_entry[number])
            for number in numbers
            if self._log_probabilities[number] > best - math.log(20)
        ]
        return [(path, _pieces(word, len(path))) for path in paths]

    def hotword_tree(self, hotwords: Mapping[str, float]) -> Node:
        """Return a tree of the hotwords alone, each worth more the larger its weight.

        Weights of zero and less do nothing, weights above LARGEST_WEIGHT count as that; words that cannot be
        read (unknown characters, English outside the vocabulary) are left out, as are absurdly long ones.
        """
        root = Node()
        for text, weight in hotwords.items():
            if not weight > 0 or len(text) > LONGEST_HOTWORD:
                continue
            bonus = HOTWORD_UNIT * min(weight, LARGEST_WEIGHT)
            known = self._index.get(text.lower())
            least = math.log(HOTWORD_COUNT / self.total)
            log_probability = max(self._log_probabilities[known[0]], least) if known else least
            word_class = self._classes[known[0]] if known else self._hotword_class
            for path, pieces in self.readings(text):
                _insert(root, path, Entry(text.lower(), log_probability, word_class, bonus, pieces))
        return root

    def segment(self, text: str) -> list[str]:
        """Cut text into known words with the highest product of probabilities; unknown English vanishes."""
        return [word for run in _script_runs(text) for word in self._segment_run(run)]

    def _segment_run(self, run: str) -> list[str]:
        if run.isascii():
            return [run] if run in self._index else []
        unknown = math.log(0.5 / self.total)
        best: list[tuple[float, list[str]]] = [(0.0, [])]
        for end in range(1, len(run) + 1):
            choices = []
            for start in range(max(0, end - 5), end):
                score = self.log_probability(run[start:end])
                if score is not None or end - start == 1:
                    choices.append((best[start][0] + (unknown if score is None else score), start))
            score, start = max(choices)
            best.append((score, [*best[start][1], run[start:end]]))
        return best[-1][1]

    def domain_bigram(self, sentences: Sequence[str]) -> dict[tuple[str, str], float]:
        """Return P(word | word before) in sentences of an application, as far as they are known words."""
        counts: dict[tuple[str, str], int] = {}
        totals: dict[str, int] = {}
        for sentence in sentences:
            words = self.segment(sentence)
            for before, word in zip(["", *words], words, strict=False):
                counts[before, word] = counts.get((before, word), 0) + 1
                totals[before] = totals.get(before, 0) + 1
        return {(before, word): count / (totals[before] + 1) for (before, word), count in counts.items()}


def _starts(counts: np.ndarray, first: int) -> list[int]:
    return [first, *(np.cumsum(counts.astype(np.int64)) + first).tolist()]


def _script_runs(text: str) -> list[str]:
    """Return stretches of Hanzi, lower-case English words, and each other character that is not a space."""
    runs: list[str] = []
    for match in _RUNS.finditer(text.lower()):
        part = match[0]
        if runs and not part.isascii() and not runs[-1].isascii():
            runs[-1] += part
        else:
            runs.append(part)
    return runs


def _insert(root: Node, path: Sequence[int], entry: Entry) -> None:
    node = root
    for unit in path:
        child = node.children.get(unit)
        if not isinstance(child, Node):
            child = node.children[unit] = Node()
        node = child
    node.entries = (*node.entries, entry)
