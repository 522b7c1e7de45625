"""Lines of the imprint of a page: its licence, its rights, address and telephone of its publisher."""

from __future__ import annotations

import re
from collections.abc import Collection

from newscrawler.extraction.layout import Form, Line, form_of

_SIGNS = ("icp备", "公网安备", "备案号", "版权所有", "copyright", "all rights")
_CONTACTS = re.compile(
    r"(?:地\s{0,4}址|邮\s{0,4}编|邮政编码|电\s{0,4}话|传\s{0,4}真|邮\s{0,4}箱|e-?mail)\s?[:：]", re.IGNORECASE
)
_FEWEST_CONTACTS = 2
_LONGEST = 120


def is_imprint(line: Line) -> bool:
    """Tell whether a line is of the imprint of a page, or a sentence about rights with the same words."""
    if line.prose or len(line.text) > _LONGEST:
        return False
    lower = line.text.lower()
    return any(sign in lower for sign in _SIGNS)


def is_contact(line: Line, story: Collection[Form]) -> bool:
    """Tell whether a line has address and telephone of the publisher, and stands apart from the story.

    `story` are the forms of its paragraphs. An announcement has such a line, too, but among its paragraphs.
    """
    text = line.text
    if (
        len(text) > _LONGEST
        or ("：" not in text and ":" not in text)
        or len(_CONTACTS.findall(text)) < _FEWEST_CONTACTS
    ):
        return False
    box = form_of(line.block)[2]
    return all(form[2] is not box for form in story)
