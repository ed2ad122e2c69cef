"""Topics of the candidates: their mean vector and clusters, and the features of vectors by them (models/topics).

Static vectors of news share a large common component and are compared better without it ("all-but-the-top": Mu &
Viswanath 2018). A vector's features are its direction from the mean, drawn towards the topics it is near. Topics come
from spherical k-means (Dhillon & Modha 2001) over a sample of the candidates.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from nutshell.ports import Models, Tensor
from nutshell.records.ranking import MAX_TOPICS
from nutshell.text.static_encoder import WIDTH

_ROUNDS, _SAMPLE = 8, 5000
_ROWS_PER_TOPIC = 6
_MIN_ROWS, _MIN_TOPICS = 8, 8
"""The mean of fewer rows says more about these rows than about what all news has in common."""
_CHUNK = 2000
_EMPTY = memoryview(b"")


def _zeros() -> array[float]:
    return array("f", bytes(4 * WIDTH))


@dataclass(frozen=True, slots=True)
class Topics:
    """`center` is the mean of unit vectors, float32 [256]; `vectors` are unit vectors, float32 [topics * 256].

    Without topics `vectors` is one row of zeros.
    """

    center: array[float] = field(default_factory=_zeros)
    vectors: array[float] = field(default_factory=_zeros)

    def to_bytes(self) -> bytes:
        return self.center.tobytes() + self.vectors.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Topics:
        return cls(array("f", data[: 4 * WIDTH]), array("f", data[4 * WIDTH :]))


async def pack_vectors(models: Models, vectors: memoryview) -> bytes:
    """Returns float32 vectors as int8 rows of 256 bytes, each scaled to its largest value. Raises ModelError."""
    step = _CHUNK * WIDTH
    parts = [
        await _run(models, Topics(), vectors=vectors[start : start + step]) for start in range(0, len(vectors), step)
    ]
    return b"".join([bytes(part["kept"].data) for part in parts])


async def compute_features(models: Models, packed: bytes | memoryview, topics: Topics) -> tuple[bytes, array[int]]:
    """Returns the features (int8 rows of 256 bytes) and the nearest topic of each packed vector. Raises ModelError."""
    rows, step = memoryview(packed), _CHUNK * WIDTH
    features, nearest = [], array("i")
    for start in range(0, len(rows), step):
        part = await _run(models, topics, packed=rows[start : start + step])
        features.append(bytes(part["features"].data))
        nearest.extend(part["nearest"].data)
    return b"".join(features), nearest


async def fit_topics(models: Models, packed: bytes) -> Topics:
    """Returns the mean and the topics of packed vectors. Raises ModelError."""
    rows = memoryview(packed)
    count = len(rows) // WIDTH
    stride = -(-count // _SAMPLE)
    sample = b"".join([rows[row * WIDTH : (row + 1) * WIDTH] for row in range(0, count, stride)])
    size = len(sample) // WIDTH
    topics = Topics()
    if count >= _MIN_ROWS:
        topics = Topics(array("f", (await _run(models, topics, packed=sample))["mean"].data))
    number = min(MAX_TOPICS, size // _ROWS_PER_TOPIC)
    if number >= _MIN_TOPICS:
        centred = memoryview((await _run(models, topics, packed=sample))["features"].data).cast("B").cast("b")
        seeds = [centred[row * WIDTH : (row + 1) * WIDTH] for row in range(0, size, size // number)][:number]
        topics = Topics(topics.center, array("f", b"".join(array("f", row).tobytes() for row in seeds)))
        for _ in range(_ROUNDS):
            moved = (await _run(models, topics, packed=sample))["moved"].data
            topics = Topics(topics.center, array("f", moved))
    return topics


async def _run(
    models: Models, topics: Topics, vectors: memoryview | None = None, packed: memoryview | bytes = b""
) -> Mapping[str, Tensor]:
    new = vectors if vectors is not None else _EMPTY.cast("f")
    old = memoryview(packed).cast("b")
    return await models.run(
        "topics",
        {
            "vectors": Tensor("float32", (len(new) // WIDTH, WIDTH), new),
            "packed": Tensor("int8", (len(old) // WIDTH, WIDTH), old),
            "center": Tensor("float32", (WIDTH,), memoryview(topics.center)),
            "topics": Tensor("float32", (len(topics.vectors) // WIDTH, WIDTH), memoryview(topics.vectors)),
        },
    )
