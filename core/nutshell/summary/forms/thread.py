"""The form of a thread: what each post says, with who says it. Of a question, the accepted and the best answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from nutshell.article import Post
from nutshell.records.message import Message
from nutshell.records.summary import Point

from .page import Form, ScoredPage

_MAX_LINES, _MAX_ANSWERS, _MIN_LINES = 6, 4, 2
_MAX_AUTHOR = 30
_SECOND_SENTENCE = 0.8  # of the score of the first, for one more sentence of an accepted answer
_OUTCOME = re.compile(
    r"^solved\b|\b(?:problem|issue|error|bug) (?:is |was |has been |got )?(?:now )?(?:solved|resolved|fixed|gone)\b"
    r"|\b(?:fixed|solved|resolved) (?:it|this|that|the (?:problem|issue|error))\b"
    r"|\b(?:it|that|this|everything) (?:now )?(?:works?|worked|helped)(?: now| again| fine| great|[.!,]|$)"
    r"|\bdid the trick\b"
    r"|\bworking (?:now|again|fine)\b|\bturn(?:s|ed) out\b",
    re.IGNORECASE,
)
_MAX_OUTCOME = 200
# Posts of the forum itself.
_NOT_PEOPLE = re.compile(r"^(?:system|discobot|admin|automoderator|.*\bbot)$", re.IGNORECASE)


def thread_form(page: ScoredPage) -> Form:
    posts = page.article.posts
    by_post: dict[int, list[int]] = defaultdict(list)
    said_before: dict[str, int] = {}
    for number, sentence in enumerate(page.sentences):
        post = page.article.blocks[sentence.block].post
        # What an earlier post says is quoted.
        if 0 <= post < len(posts) and said_before.setdefault(sentence.text, post) == post:
            by_post[post].append(number)
    said = []
    for post, numbers in sorted(by_post.items()):
        best = page.best(numbers)
        if best is None and posts[post].role == "answer":
            best = page.best(numbers, alone=False)  # an answer may lean on the question, which stands above it
        if best is not None:
            said.append((post, best))
    asks = any(posts[post].role == "answer" for post, _ in said)
    lines = _answers(page, posts, said, by_post) if asks else _replies(page, posts, said, by_post)
    return Form(tuple(lines), complete=True) if len(lines) >= _MIN_LINES else Form()


def _answers(
    page: ScoredPage, posts: Sequence[Post], said: list[tuple[int, int]], by_post: dict[int, list[int]]
) -> list[Point]:
    answers = [(post, best) for post, best in said if posts[post].role == "answer"]
    ranked = sorted(answers, key=lambda entry: (not posts[entry[0]].accepted, -(posts[entry[0]].votes or 0)))
    lines: list[Point] = []
    for place, (post, best) in enumerate(ranked[:_MAX_ANSWERS]):
        numbers = [best]
        if place == 0:  # what the best answer goes on to say
            more = page.best([number for number in by_post[post] if number != best])
            if more is not None and page.scores[more] >= _SECOND_SENTENCE * page.scores[best]:
                numbers = sorted([best, more])
        label = _answer_label(posts[post], place == 0 and (posts[post].votes or 0) > 0)
        lines += [page.sentence(number, label if number == numbers[0] else None) for number in numbers]
    return lines


def _answer_label(post: Post, top: bool) -> Message:
    votes = max(0, post.votes or 0)
    if post.accepted:
        return Message("form.accepted_answer_votes", count=votes) if votes else Message("form.accepted_answer")
    if top:
        return Message("form.top_answer_votes", count=votes)
    return Message("form.answer_votes", count=votes) if votes else Message("form.answer")


def _replies(
    page: ScoredPage, posts: Sequence[Post], said: list[tuple[int, int]], by_post: dict[int, list[int]]
) -> list[Point]:
    opening = [(post, best) for post, best in said if post == 0]
    replies = [(post, best) for post, best in said if post > 0 and not _NOT_PEOPLE.match(posts[post].author)]
    outcome = _outcome(page, posts, replies, by_post)
    others = [entry for entry in replies if not posts[0].author or posts[entry[0]].author != posts[0].author]
    ranked = sorted(others or replies, key=lambda entry: (-(posts[entry[0]].votes or 0), -page.scores[entry[1]]))
    room = _MAX_LINES - len(opening) - (outcome is not None)
    shown = sorted(_one_each(posts, ranked)[:room])
    lines = [page.sentence(best, Message("form.opening")) for _, best in opening]
    lines += [page.sentence(best, _reply_label(posts[post])) for post, best in shown]
    if outcome is not None:
        lines.append(page.sentence(outcome[1], Message("form.outcome")))
    return lines if replies else []


def _one_each(posts: Sequence[Post], ranked: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Returns the best reply of each person; all of them if there are too few people."""
    found: dict[str, tuple[int, int]] = {}
    for post, best in ranked:
        found.setdefault(posts[post].author or f"#{post}", (post, best))
    return list(found.values()) if len(found) >= _MIN_LINES else ranked


def _reply_label(post: Post) -> Message:
    author = post.author if 0 < len(post.author) <= _MAX_AUTHOR else ""
    return Message("form.reply_by", {"author": author}) if author else Message("form.reply")


def _outcome(
    page: ScoredPage, posts: Sequence[Post], replies: list[tuple[int, int]], by_post: dict[int, list[int]]
) -> tuple[int, int] | None:
    """Returns the last reply in which the one who asked says how it ended, with the sentence that says so."""
    asker = posts[0].author
    if not asker:
        return None
    for post, _ in reversed(replies):
        if posts[post].author == asker:
            ends = [
                number
                for number in by_post[post]
                if len(page.sentences[number].text) <= _MAX_OUTCOME and _OUTCOME.search(page.sentences[number].text)
            ]
            best = page.best(ends)
            if best is not None:
                return post, best
    return None
