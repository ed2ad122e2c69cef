import pytest

pytest.importorskip("onnxruntime", reason="the benchmarks run on the desktop")

from tests.bench.readers import above


def test_orders_above_nutshell_are_reported():
    made = {
        "Nutshell": [0.5, 0.6, None],
        "Nutshell by score alone": [0.9, 0.9, 0.9],
        "regression": [0.4, 0.7, 0.9],
        "random": [0.5004, 0.1, 0.1],
    }
    [sentence] = above("these", "AUC", made, "Nutshell", ["5 opens", "10 opens", "20 opens"])
    assert sentence == (
        "On these, the AUC of regression is above Nutshell's after 10 opens (largest difference after 10 opens: 0.700, "
        "Nutshell 0.600)."
    )
    assert above("these", "AUC", {"Nutshell": [0.9], "random": [0.5]}, "Nutshell", ["5 opens"]) == []
