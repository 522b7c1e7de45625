"""Labels of characters: whether one begins or goes on a person's name, a place, a noun, and so on.

The model is the small one of Baidu's LAC (Jiao, Sun and Sun 2018): embeddings, two layers of gated recurrent units that
read a sentence from both ends, and a conditional random field. The package jieba contains its weights, for a version of
PaddlePaddle that no longer exists. To apply them takes little arithmetic, which numpy does here; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_HIDDEN = 128
_AT_ONCE = 4_096
"""Characters, with what fills up the shorter sentences, that are labelled together: so memory is bounded."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """Both directions of one layer; the first axis is the direction."""

    inputs: Floats
    bias: Floats
    gates: Floats
    candidates: Floats


class CharacterLabels:
    """The model. Making it reads 13 MB."""

    def __init__(self, folder: Path) -> None:
        """Read the model from jieba's folder `lac_small`. Raises OSError and ValueError."""
        weights = folder / "model_baseline"
        words = (line.split("\t") for line in (folder / "word.dic").read_text(encoding="utf-8").split("\n"))
        self._numbers = {parts[1]: int(parts[0]) for parts in words if len(parts) == 2}
        self._unknown = self._numbers["OOV"]
        self._labels = [line.split("\t")[1] for line in (folder / "tag.dic").read_text(encoding="utf-8").splitlines()]
        self._embedding = _tensor(weights / "word_emb").reshape(-1, _HIDDEN)
        self._layers = [_layer(weights, first) for first in (0, 2)]
        self._out = _tensor(weights / "fc_4.w_0").reshape(2 * _HIDDEN, -1), _tensor(weights / "fc_4.b_0")
        field = _tensor(weights / "crfw").reshape(-1, len(self._labels))
        self._begin, self._end, self._step = field[0], field[1], field[2:]
        self._threads = ThreadpoolController()

    def of(self, sentences: Sequence[str]) -> list[list[str]]:
        """Return one label per character of each sentence: `PER-B` begins a person's name, `PER-I` goes on with it."""
        order = sorted((number for number, text in enumerate(sentences) if text), key=lambda n: -len(sentences[n]))
        labels: list[list[str]] = [[] for _ in sentences]
        # The work is divided among processes; threads for matrices as small as these only wait for each other.
        with self._threads.limit(limits=1, user_api="blas"):
            while order:
                count = max(1, _AT_ONCE // len(sentences[order[0]]))
                piece, order = order[:count], order[count:]
                for number, found in zip(piece, self._labelled([sentences[n] for n in piece]), strict=True):
                    labels[number] = [self._labels[label] for label in found]
        return labels

    def _labelled(self, sentences: Sequence[str]) -> list[list[int]]:
        """Return the numbers of the labels; the longest sentence comes first."""
        lengths = np.array([len(text) for text in sentences])
        places = np.arange(lengths[0])
        active = [int((lengths > place).sum()) for place in places]
        numbers = np.zeros((len(sentences), lengths[0]), dtype=np.intp)
        for row, text in enumerate(sentences):
            numbers[row, : len(text)] = [self._numbers.get(character, self._unknown) for character in text]
        # Where each character stands when its sentence is read from the end; what fills up stays behind it.
        turned = np.where(places < lengths[:, None], lengths[:, None] - 1 - places, places)
        read = self._embedding[numbers]
        for layer in self._layers:
            read = _both_ways(read, layer, turned, active)
        weights, bias = self._out
        return self._best(read @ weights + bias, lengths, active)

    def _best(self, scores: Floats, lengths: NDArray[np.intp], active: Sequence[int]) -> list[list[int]]:
        """Return the best row of labels of each sentence (Viterbi)."""
        best = self._begin + scores[:, 0]
        before = np.zeros(scores.shape, dtype=np.intp)
        # By the label that follows: the largest of a row is found faster than that of a column.
        step = np.ascontiguousarray(self._step.T)
        for place in range(1, scores.shape[1]):
            count = active[place]
            ways = best[:count, None, :] + step
            before[:count, place] = ways.argmax(axis=2)
            best[:count] = ways.max(axis=2) + scores[:count, place]
        found = []
        for row, label in enumerate((best + self._end).argmax(axis=1)):
            labels = [int(label)]
            for place in range(lengths[row] - 1, 0, -1):
                labels.append(int(before[row, place, labels[-1]]))
            found.append(labels[::-1])
        return found


def _tensor(path: Path) -> Floats:
    """Read a file of PaddlePaddle: twenty bytes of head, as many of form as its last four say, then the numbers."""
    data = path.read_bytes()
    return np.frombuffer(data, dtype="<f4", offset=20 + int.from_bytes(data[16:20], "little"))


def _layer(weights: Path, first: int) -> _Layer:
    ways = (first, first + 1)
    recurrent = [_tensor(weights / f"gru_{way}.w_0") for way in ways]
    # Two matrices lie behind each other: of both gates, and of the candidate.
    split = 2 * _HIDDEN * _HIDDEN
    return _Layer(
        np.stack([_tensor(weights / f"fc_{way}.w_0").reshape(-1, 3 * _HIDDEN) for way in ways]),
        np.stack([_tensor(weights / f"fc_{way}.b_0") + _tensor(weights / f"gru_{way}.b_0") for way in ways]),
        np.stack([matrix[:split].reshape(_HIDDEN, 2 * _HIDDEN) for matrix in recurrent]),
        np.stack([matrix[split:].reshape(_HIDDEN, _HIDDEN) for matrix in recurrent]),
    )


def _both_ways(read: Floats, layer: _Layer, turned: NDArray[np.intp], active: Sequence[int]) -> Floats:
    """Return what a layer makes of sentences, read from the beginning and from the end, beside each other."""
    rows = np.arange(len(read))[:, None]
    both = np.stack([read, read[rows, turned]])
    # By place first: each step then reads and writes one piece of memory.
    given = np.ascontiguousarray((both @ layer.inputs[:, None] + layer.bias[:, None, None]).transpose(2, 0, 1, 3))
    out = np.zeros((*given.shape[:3], _HIDDEN), dtype=np.float32)
    state = np.zeros((2, len(read), _HIDDEN), dtype=np.float32)
    for place, count in enumerate(active):
        state, here = state[:, :count], given[place, :, :count]
        gates = 0.5 + 0.5 * np.tanh(0.5 * (here[..., : 2 * _HIDDEN] + state @ layer.gates))
        update, reset = gates[..., :_HIDDEN], gates[..., _HIDDEN:]
        candidate = np.tanh(here[..., 2 * _HIDDEN :] + (reset * state) @ layer.candidates)
        state = state + update * (candidate - state)
        out[place, :, :count] = state
    forth, back = out.transpose(1, 2, 0, 3)
    return np.concatenate([forth, back[rows, turned]], axis=2)
