import pytest

from nutshell.ports import ModelError, Tensor
from nutshell.text.vectors import cosines
from support.fakes import FakeModels, floats


def test_cosines_are_listed_row_by_row(run):
    rows, columns = floats((2, 2), [1, 0, 0, 2]), floats((3, 2), [1, 0, 0, 1, 3, 4])
    assert run(cosines(FakeModels(), rows, columns)).tolist() == pytest.approx([1, 0, 0.6, 0, 1, 0.8])


@pytest.mark.parametrize(("rows", "columns"), [(0, 2), (2, 0)])
def test_no_rows_or_columns_need_no_model(run, rows, columns):
    models = FakeModels()
    tensors = [Tensor("float32", (count, 1), floats((count, 1), [1.0] * count).data) for count in (rows, columns)]
    assert len(run(cosines(models, *tensors))) == 0
    assert models.runs == []


def test_model_error_is_raised(run):
    with pytest.raises(ModelError):
        run(cosines(FakeModels(error="damaged"), floats((1, 1), [1]), floats((1, 1), [1])))
