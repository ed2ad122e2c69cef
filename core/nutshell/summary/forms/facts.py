"""The lines that a product, an event, a job, a video or a repository has besides its selected points."""

from __future__ import annotations

import re

from nutshell.article import Role
from nutshell.records.message import Message
from nutshell.records.summary import Point
from nutshell.structured_data import Event, Job, Product, Rating, Video

from .page import Form, ScoredPage, minutes_message, squeezed

_MAX_FACT_BLOCK = 300  # characters of a block that states a fact
_MIN_RATINGS = 3
_MAX_PLACE, _MAX_COMMAND = 120, 100
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
_AVAILABILITY = {
    "InStock": Message("form.in_stock"),
    "InStoreOnly": Message("form.in_store_only"),
    "OnlineOnly": Message("form.in_stock"),
    "LimitedAvailability": Message("form.limited"),
    "OutOfStock": Message("form.out_of_stock"),
    "SoldOut": Message("form.out_of_stock"),
    "PreOrder": Message("form.preorder"),
    "PreSale": Message("form.preorder"),
    "BackOrder": Message("form.backorder"),
    "Discontinued": Message("form.discontinued"),
}
_INSTALL = re.compile(
    r"(?:\$ |> )?((?:sudo )?(?:pip3? install|pipx install|uv (?:add|tool install|pip install)|npm (?:i|install)|npx"
    r"|yarn add|pnpm (?:add|install)|bun add|cargo (?:install|add)|go (?:get|install)|brew install"
    r"|apt(?:-get)? install|gem install|composer require|docker (?:run|pull|compose up)|git clone|dotnet add package"
    r"|conda install|snap install) [^\n;&]+)"
)


def product_form(page: ScoredPage) -> Form:
    product = page.article.data.product if page.article.data else None
    return Form((*_price(page, product), *_rating(page, product.rating))) if product else Form()


def event_form(page: ScoredPage) -> Form:
    event = page.article.data.event if page.article.data else None
    return Form(tuple(_event_lines(page, event))) if event else Form()


def job_form(page: ScoredPage) -> Form:
    job = page.article.data.job if page.article.data else None
    return Form(tuple(_job_lines(page, job))) if job else Form()


def video_form(page: ScoredPage) -> Form:
    video = page.article.data.video if page.article.data else None
    return Form(tuple(_video_lines(page, video))) if video else Form()


def repository_form(page: ScoredPage) -> Form:
    """How to start: the first command that installs it."""
    for number, block in enumerate(page.article.blocks):
        if block.role is Role.CODE and (found := _INSTALL.search(block.text)) and len(found[1]) <= _MAX_COMMAND:
            return Form((page.composed(Message("form.install"), found[1].strip(), [number]),))
    return Form()


def _price(page: ScoredPage, product: Product) -> list[Point]:
    if not product.price or float(product.price) <= 0:
        return []
    low, high = money(product.price, product.currency), money(product.high_price, product.currency)
    price = Message("form.price_range", {"low": low, "high": high}) if product.high_price else low
    state = _AVAILABILITY.get(product.availability)
    where = _stating(page, product.price)
    if state:
        return [page.composed(Message("form.price_and_stock", {"price": price, "stock": state}), "", where)]
    return [page.composed(Message("form.price", {"price": price}), "", where)]


def money(amount: str, currency: str) -> str:
    """Returns an amount as people write it, such as "$1,299.90" or "1,299.90 SEK"."""
    if not amount:
        return ""
    value = float(amount)
    figure = f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {currency}".strip()


def _rating(page: ScoredPage, rating: Rating | None) -> list[Point]:
    if rating is None or rating.count < _MIN_RATINGS or not 0 < rating.value <= rating.best:
        return []
    values = {"value": f"{rating.value:.1f}".removesuffix(".0"), "best": f"{rating.best:g}"}
    return [page.composed(Message("form.rating", values, rating.count))]


def _event_lines(page: ScoredPage, event: Event) -> list[Point]:
    start: Message | str = Message("form.date", {"date": event.start})
    lines = []
    if event.end and event.end[:10] != event.start[:10]:
        end = Message("form.date", {"date": event.end})
        lines.append(page.composed(Message("form.when_until", {"start": start, "end": end})))
    else:
        lines.append(page.composed(Message("form.when", {"start": start})))
    place = ", ".join(dict.fromkeys(part for part in (event.place, event.address) if part))
    if place and len(place) <= _MAX_PLACE:
        found = page.find(event.place or event.address)
        lines.append(page.composed(Message("form.where"), place, [] if found is None else [found]))
    if event.price:
        free = float(event.price) == 0
        cost: Message | str = Message("form.free") if free else money(event.price, event.currency)
        lines.append(page.composed(Message("form.price", {"price": cost}), "", _stating(page, event.price)))
    if event.status == "EventCancelled":
        lines.insert(0, page.composed(Message("form.cancelled")))
    elif event.status == "EventPostponed":
        lines.insert(0, page.composed(Message("form.postponed")))
    return lines


def _job_lines(page: ScoredPage, job: Job) -> list[Point]:
    lines = []
    if job.organization:
        found = page.find(job.organization)
        where = [] if found is None else [found]
        lines.append(
            page.composed(Message("form.job", {"role": job.role, "organization": job.organization}), "", where)
        )
    for label, value in ((Message("form.where"), job.place), (Message("form.pay"), job.pay)):
        if value and len(value) <= _MAX_PLACE:
            found = page.find(value)
            lines.append(page.composed(label, value, [] if found is None else [found]))
    if job.until:
        lines.append(page.composed(Message("form.apply_until", {"date": Message("form.date", {"date": job.until})})))
    return lines


def _video_lines(page: ScoredPage, video: Video) -> list[Point]:
    if video.seconds < 60:
        return []
    return [page.composed(Message("form.length", {"length": minutes_message(round(video.seconds / 60))}))]


def _stating(page: ScoredPage, amount: str) -> list[int]:
    """Returns the first short block that states an amount, as it may be written."""
    wanted = squeezed(amount)
    for number, block in enumerate(page.article.blocks):
        if len(block.text) <= _MAX_FACT_BLOCK:
            for found in re.findall(r"\d[\d.,\s]*", block.text):
                digits = squeezed(found)
                if digits == wanted or (digits == wanted.removesuffix("00") and "." in amount):
                    return [number]
    return []
