import pytest

from nutshell.undo import UndoStack, UnknownToken


def test_undo_runs_the_reverts_in_order_and_only_once():
    stack, reverted = UndoStack("news:"), []
    token = stack.add(lambda: reverted.append("first"), lambda: reverted.append("second"))
    stack.undo(token)
    assert reverted == ["first", "second"]
    with pytest.raises(UnknownToken):
        stack.undo(token)
    assert reverted == ["first", "second"]


def test_tokens_are_strings_that_differ_between_stacks():
    news, erasures = UndoStack("news:"), UndoStack("erased-")
    tokens = {news.add(), news.add(), erasures.add(), erasures.add()}
    assert len(tokens) == 4
    assert all(isinstance(token, str) for token in tokens)
    with pytest.raises(UnknownToken):
        news.undo("erased-1")


def test_a_token_is_not_issued_twice_after_clear():
    stack = UndoStack("news:")
    first = stack.add()
    stack.clear()
    assert len(stack) == 0
    assert stack.add() != first


def test_the_oldest_changes_are_dropped():
    stack = UndoStack("", limit=2)
    oldest, *newer = [stack.add() for _ in range(3)]
    with pytest.raises(UnknownToken):
        stack.undo(oldest)
    for token in newer:
        stack.undo(token)


def test_pop_does_not_revert():
    stack, reverted = UndoStack(""), []
    token = stack.add(lambda: reverted.append(1))
    (revert,) = stack.pop(token)
    assert reverted == []
    revert()
    assert reverted == [1]
    with pytest.raises(UnknownToken):
        stack.pop(token)


def test_changes_expire_unless_they_are_postponed():
    stack = UndoStack("")
    first, second = stack.add(at=10.0), stack.add(at=10.0)
    assert stack.newest() == 10.0
    stack.postpone(second, 20.0)
    assert stack.newest() == 20.0
    stack.expire(10.0)
    assert len(stack) == 1
    with pytest.raises(UnknownToken):
        stack.postpone(first, 30.0)
    stack.undo(second)
    assert stack.newest() is None
