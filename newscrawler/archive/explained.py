"""Errors of a user's making: a sentence in English and its values, so that the web can say it in Chinese, too."""

from __future__ import annotations


class ExplainedError(ValueError):
    """An error that says what is wrong and how to mend it.

    As text it is the sentence with its values filled in, as `str.format` does it.
    """

    def __init__(self, sentence: str, /, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values
