import pytest

from support.arithmetic import Arithmetic


@pytest.fixture
def models():
    return Arithmetic()
