import pytest

from nutshell.storage.transaction import transaction
from nutshell.storage.vectors import CHUNK, HEAD, WIDTH, VectorStore


def vector(number):
    return bytes([number]) * WIDTH, float(number)


@pytest.fixture
def store(database):
    return VectorStore(database)


def save(database, store, *pages):
    with transaction(database) as connection:
        store.save(connection, {page: vector(page % 100 + 1) for page in pages})


def test_an_empty_store_has_an_empty_matrix(store):
    matrix = store.matrix()
    assert (matrix.chunks, len(matrix.packed), len(matrix.scales)) == ((), 0, 0)


def test_a_page_is_found_at_the_row_of_its_id(database, store):
    save(database, store, 3, CHUNK + 5, 4 * CHUNK)
    matrix = store.matrix()
    assert matrix.chunks == (0, 1, 4)
    rows = matrix.rows([3, CHUNK + 5, 4 * CHUNK, 3 * CHUNK])
    assert [matrix.page(row) for row in rows] == [3, CHUNK + 5, 4 * CHUNK]
    for page, row in zip((3, CHUNK + 5, 4 * CHUNK), rows, strict=True):
        packed, scale = vector(page % 100 + 1)
        assert matrix.packed[row * WIDTH : (row + 1) * WIDTH] == packed
        assert matrix.scales[row] == scale
        assert store.heads()[row * HEAD : (row + 1) * HEAD] == packed[:HEAD]


@pytest.mark.parametrize("cached", [True, False])
def test_writes_are_seen_with_and_without_a_cache(database, store, cached):
    save(database, store, 1)
    if cached:
        store.matrix(), store.heads()
    save(database, store, 2, CHUNK)
    fresh = VectorStore(database)
    assert bytes(store.matrix().packed) == bytes(fresh.matrix().packed)
    assert store.matrix().scales == fresh.matrix().scales
    assert store.heads() == fresh.heads()


def test_a_deleted_page_leaves_zeros_and_an_empty_chunk_no_row(database, store):
    save(database, store, 1, 2, CHUNK)
    with transaction(database) as connection:
        store.delete(connection, [1, CHUNK, 7])
    matrix = VectorStore(database).matrix()
    assert matrix.chunks == (0,)
    assert matrix.scales[1] == 0.0
    assert bytes(matrix.packed[WIDTH : 2 * WIDTH]) == bytes(WIDTH)
    assert matrix.scales[2] == 3.0
