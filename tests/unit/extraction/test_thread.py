"""Threads from the posts that the page script found: what is a post's text, its role, and which answer is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from nutshell.article import MalformedArticle
from nutshell.extraction.thread import FoundThread, Thread, assemble


def found(*posts: dict[str, Any]) -> FoundThread:
    return FoundThread.from_wire({"authors": 1, "dates": 1, "links": 0, "share": 0.8, "posts": posts})


def post(author: str, *texts: str, names: str = "message", marked: bool = False) -> dict[str, Any]:
    blocks = [{"role": "paragraph", "text": text, "anchor": 7} for text in texts]
    return {"names": names, "group": "message", "author": author, "date": "", "marked": marked, "blocks": blocks}


def texts(thread: Thread) -> list[list[str]]:
    return [
        [block["text"] for block in thread.blocks if block["post"] == number] for number in range(len(thread.posts))
    ]


def test_blocks_name_their_post_and_keep_their_anchor() -> None:
    thread = assemble(found(post("ann", "A question.", "And more."), post("bob", "A reply.")), answers=False)
    assert texts(thread) == [["A question.", "And more."], ["A reply."]]
    assert [(head.author, head.role) for head in thread.posts] == [("ann", "opening"), ("bob", "reply")]
    assert {block["anchor"] for block in thread.blocks} == {7}


def test_headers_that_recur_are_left_out_whatever_their_numbers() -> None:
    posts = [
        post(f"user{n}", f"Registered: 201{n}", f"Posts: {n * 37}", f"Text of post number {'x' * n}.") for n in range(5)
    ]
    assert texts(assemble(found(*posts), answers=False)) == [[f"Text of post number {'x' * n}."] for n in range(5)]


def test_long_text_that_recurs_stays() -> None:
    rules = (
        "Please read the rules of this forum before you post, in particular the one about the tide tables of others."
    )
    posts = [post(f"user{n}", rules, f"Text {'x' * n}.") for n in range(4)]
    assert [part[0] for part in texts(assemble(found(*posts), answers=False))] == [rules] * 4


def test_a_signature_is_left_out_but_not_a_post_that_says_only_that() -> None:
    signed = [post("ann", f"Text {'x' * n}.", "Fair winds to all of you!") for n in range(2)]
    thread = assemble(found(*signed, post("bob", "Fair winds to all of you!")), answers=False)
    assert texts(thread) == [["Text ."], ["Text x."], ["Fair winds to all of you!"]]


def test_the_name_of_the_author_is_not_the_text() -> None:
    assert texts(assemble(found(post("ann", "ann", "A question.")), answers=False)) == [["A question."]]


QUOTED = "The tide tables of the harbour office are wrong by an hour."


def quoting(author: str, *texts: str) -> dict[str, Any]:
    made = post(author, *texts)
    made["blocks"] = [
        {**block, "role": "quote" if block["text"] == QUOTED else "paragraph"} for block in made["blocks"]
    ]
    return made


def test_what_a_post_quotes_from_an_earlier_one_is_read_once() -> None:
    posts = [post("ann", f"{QUOTED} By an hour!"), quoting("bob", "ann said:", QUOTED, "They are not.")]
    assert texts(assemble(found(*posts), answers=False))[1] == ["They are not."]


@pytest.mark.parametrize("first", [quoting("ann", QUOTED, "Who wrote this?"), post("ann", "Which tables?")])
def test_quotes_of_something_else_stay(first: dict[str, Any]) -> None:
    second = quoting("bob", QUOTED, "This one.") if first["blocks"][0]["text"] != QUOTED else post("bob", "I did.")
    assert QUOTED in [text for part in texts(assemble(found(first, second), answers=False)) for text in part]


def test_a_post_that_only_quotes_stays() -> None:
    thread = assemble(found(post("ann", QUOTED), quoting("bob", QUOTED)), answers=False)
    assert texts(thread) == [[QUOTED], [QUOTED]]


def test_a_post_that_is_shown_twice_is_read_once() -> None:
    answer = (
        "Let her sit in the shallows for two days before you touch anything, and the planks will swell by themselves."
    )
    thread = assemble(
        found(post("ann", "Why?"), post("bob", answer), post("cid", "No."), post("bob", answer)), answers=False
    )
    assert texts(thread) == [["Why?"], [answer], ["No."]]


def test_posts_without_text_are_no_posts() -> None:
    thread = assemble(found(post("ann", "Why?"), post("bob"), post("cid", "Because.")), answers=False)
    assert [head.author for head in thread.posts] == ["ann", "cid"]


@pytest.mark.parametrize(
    "names", ["answer accepted-answer", "post acceptedAnswer", "reply best_answer", "comment is-solution"]
)
def test_the_accepted_answer_is_marked(names: str) -> None:
    posts = (
        post("ann", "Why?", names="question"),
        post("bob", "So.", names="answer"),
        post("cid", "Thus.", names=names),
    )
    thread = assemble(found(*posts), answers=True)
    assert [head.accepted for head in thread.posts] == [False, False, True]
    assert thread.posts[0].role == "question"


def test_a_mark_that_every_answer_has_says_nothing() -> None:
    posts = (
        post("ann", "Why?", names="question"),
        *(post("bob", f"So {n}.", names="answer", marked=True) for n in "abc"),
    )
    assert not any(head.accepted for head in assemble(found(*posts), answers=True).posts)


def test_a_mark_that_one_answer_has_accepts_it() -> None:
    posts = (post("ann", "Why?"), post("bob", "So.", marked=True), post("cid", "Thus."))
    assert [head.accepted for head in assemble(found(*posts), answers=True).posts] == [False, True, False]


def test_comments_among_answers_are_replies() -> None:
    posts = (
        post("ann", "Why?", names="question"),
        post("bob", "So.", names="answer"),
        post("cid", "Hm.", names="comment"),
    )
    assert [head.role for head in assemble(found(*posts), answers=True).posts] == ["question", "answer", "reply"]


@pytest.mark.parametrize(
    "wire",
    [
        [],
        {"posts": "none"},
        {"posts": ["text"]},
        {"posts": [{"blocks": [{"text": 3}]}]},
        {"posts": [{"blocks": [], "author": 3}]},
        {"posts": [{"blocks": [], "votes": "many"}]},
        {"posts": [], "authors": "all"},
    ],
)
def test_malformed_threads_are_rejected(wire: Any) -> None:
    with pytest.raises(MalformedArticle):
        FoundThread.from_wire(wire)


def test_a_long_ending_that_an_author_repeats_is_text() -> None:
    ending = "Before you sail, read the notes on the tides, the swell and the ferries that I have gathered here. " * 9
    signed = [post("ann", f"Text {'x' * n}.", ending) for n in range(2)]
    assert [part[-1] for part in texts(assemble(found(*signed), answers=False))] == [ending] * 2


def test_the_same_ending_of_posts_without_an_author_is_text() -> None:
    anonymous = [post("", f"Text {'x' * n}.", "Fair winds to all of you!") for n in range(2)]
    assert texts(assemble(found(*anonymous), answers=False)) == [
        ["Text .", "Fair winds to all of you!"],
        ["Text x.", "Fair winds to all of you!"],
    ]


def test_a_page_that_begins_with_an_answer_has_no_question() -> None:
    posts = (post("bob", "Because.", names="answer"), post("cid", "Not only that.", names="answer"))
    assert [head.role for head in assemble(found(*posts), answers=True).posts] == ["answer", "answer"]
    asked = (post("ann", "Why?", names="question answers-2"), post("bob", "Because.", names="answer"))
    assert [head.role for head in assemble(found(*asked), answers=True).posts] == ["question", "answer"]
