"""Read a moment as a platform's export writes it, in the language of the site; guess nothing.

English, German, French and Spanish month names are known; a date in numbers is taken where only
one reading is possible. What cannot be understood is None, for the caller to say where it stands.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

_MONTHS = (
    "january januar janvier enero jan janv ene",
    "february februar fevrier febrero feb fevr",
    "march marz mars marzo mar mrz",
    "april avril abril apr avr abr",
    "may mai mayo",
    "june juni juin junio jun",
    "july juli juillet julio jul juil",
    "august aout agosto aug ago",
    "september septembre septiembre sep sept set",
    "october oktober octobre octubre oct okt",
    "november novembre noviembre nov",
    "december dezember decembre diciembre dec dez dic",
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_CLOCK = re.compile(
    r"(?<![\d+-])(?P<hour>\d{1,2})(?::|\s?h\s?)(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<part>\d+))?)?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?"
)
_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)\s*$")
_NUMBERS = re.compile(r"^\D*(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)")


def moment_in(text: str) -> datetime.datetime | None:
    """The moment that a text stands for, with its zone if it has one; None if it is not clear.

    Example:
        ``mercredi 18 février 2026, 23:00``, ``Wednesday, 18 February 2026, 11:00 PM``,
        ``18.02.2026 23:00``, ``2026-02-18T22:00:00Z``.
    """
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    ).lower()
    zone, plain = _zone_of(plain.strip())
    clock = _CLOCK.search(plain)
    if clock is None:
        return None
    date = _date_in(f"{plain[: clock.start()]} {plain[clock.end() :]}")
    time = _time_of(clock)
    if date is None or time is None:
        return None
    return datetime.datetime.combine(date, time, zone)


def _zone_of(text: str) -> tuple[datetime.timezone | None, str]:
    """The zone at the end of a text, and the text without it."""
    last = re.search(r"(?<![a-z])(z|utc|gmt)\s*$|(?<=\d)z\s*$", text)
    if last:
        return datetime.timezone.utc, text[: last.start()]
    if match := _ZONE.search(text):
        if ":" not in text[: match.start()]:
            return None, text
        offset = datetime.timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
        if offset < datetime.timedelta(hours=24):
            signed = -offset if match["sign"] == "-" else offset
            before = re.sub(r"(utc|gmt)\s*$", "", text[: match.start()])
            return datetime.timezone(signed), before
    return None, text


def _time_of(clock: re.Match[str]) -> datetime.time | None:
    hour, half = int(clock["hour"]), (clock["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    part = (clock["part"] or "0")[:6].ljust(6, "0")
    try:
        return datetime.time(hour, int(clock["minute"]), int(clock["second"] or 0), int(part))
    except ValueError:
        return None


def _date_in(text: str) -> datetime.date | None:
    if match := _NUMBERS.search(text):
        return _date_of_numbers(match)
    words = re.findall(r"[a-z]+|\d+", text)
    months = [_MONTH[word] for word in words if word in _MONTH]
    # A zone that is only a name, such as CET, changes the moment and is not known here.
    unknown = [word for word in words if word.isalpha() and word.upper() in _NAMED_ZONES]
    years = [int(word) for word in words if re.fullmatch(r"(19|20)\d\d", word)]
    days = [int(word) for word in words if word.isdecimal() and len(word) <= 2]
    if unknown or not (len(set(months)) == len(years) == len(days) == 1):
        return None
    return _date(years[0], months[0], days[0])


_NAMED_ZONES = {
    *("CET", "CEST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "BST", "IST"),
    *("EET", "EEST", "WET", "WEST", "JST", "AEST", "AEDT"),
}


def _date_of_numbers(match: re.Match[str]) -> datetime.date | None:
    first, sign, second, third = match[1], match[2], int(match[3]), match[4]
    if len(first) == 4:
        return _date(int(first), second, int(third))
    if len(third) != 4:
        return None
    day, month, year = int(first), second, int(third)
    if sign == "." or day > 12:
        return _date(year, month, day)
    if second > 12 or day == month:
        return _date(year, day, second)
    return None  # the day or the month may come first


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
