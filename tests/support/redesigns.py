"""Pages of one portal before and after redesigns that hide fields from the general rules. All text is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from newscrawler.extraction.repair import KnownValues

_TITLES = ("河边新修步道", "山口粮仓搬迁", "渡口换上新船", "果园迎来采摘", "老街修缮完工", "茶山办起课堂")
_SOURCES = ("山口晚报", "青禾日报", "三江晚报")
_EDITORS = ("丁一鸣", "秦小禾", "陶远山", "方知秋")
_SUBJECTS = ("镇里的施工队", "几位值班的村民", "负责看护的站长", "放学路过的孩子们", "从县里来的技术员")


@dataclass(frozen=True)
class Story:
    """What one article says, whatever the form of its page."""

    number: int

    @property
    def title(self) -> str:
        return f"{_TITLES[self.number % len(_TITLES)]}，第{self.number}批工程验收"

    @property
    def source(self) -> str:
        return _SOURCES[self.number % len(_SOURCES)]

    @property
    def editor(self) -> str:
        return _EDITORS[self.number % len(_EDITORS)]

    @property
    def day(self) -> str:
        return f"2026-03-{self.number % 27 + 1:02}"

    @property
    def paragraphs(self) -> list[str]:
        return [
            f"{subject}在第{self.number}批工程的现场说，{turn}之后，这里的路比从前好走了许多，夜里也有了灯。"
            for turn, subject in enumerate(_SUBJECTS, 1)
        ]

    @property
    def known(self) -> KnownValues:
        return KnownValues(
            title=self.title,
            published=self.day,
            source=self.source,
            editors=(self.editor,),
            body="\n".join(self.paragraphs),
        )


def before(story: Story) -> str:
    """The form that the general rules read."""
    text = "".join(f"<p>{line}</p>" for line in story.paragraphs)
    return (
        f"<html><head><title>{story.title}_试验网</title></head><body><h1>{story.title}</h1>"
        f"<div class='info'>来源:{story.source}  日期:{story.day}   编辑:{story.editor}</div>"
        f"<div class='content'>{text}</div><div class='foot'>版权所有 试验网</div></body></html>"
    )


def unlabelled(story: Story) -> str:
    """Names without labels, in elements with classes, above and below the text."""
    text = "".join(f"<p>{line}</p>" for line in story.paragraphs)
    return (
        f"<html><head><title>{story.title}_试验网</title></head><body><div class='page-head'><h1>{story.title}</h1>"
        f"<time class='when'>{story.day}</time></div><div class='story-text'>{text}</div>"
        f"<ul class='facts'><li class='origin'>{story.source}</li><li class='staff'>{story.editor}</li></ul>"
        "<div class='foot'>版权所有 试验网</div></body></html>"
    )


def slogan(story: Story) -> str:
    """A slogan of the portal in the headline's place; ids with the number of the document beside stable ones."""
    text = "".join(f"<p id='p{story.number}0000{at}'>{line}</p>" for at, line in enumerate(story.paragraphs))
    return (
        "<html><head><title>试验网</title></head><body><h1>讲好山口故事，服务一方百姓</h1>"
        f"<div id='doc_{story.number}00017' class='doc'><div id='headline'><span>{story.title}</span></div>"
        f"<div class='line'><b>{story.day}</b><b>{story.source}</b></div><div id='words'>{text}</div>"
        f"<div class='people'><i>值班：{story.editor}</i><i>校对：何三江</i></div></div></body></html>"
    )


def teasers(story: Story) -> str:
    """The text in a box of few words per line, beside long teasers of other articles."""
    text = "<br>".join(story.paragraphs)
    other = "".join(
        f"<div class='teaser'><p>{line}</p><p>{line}</p></div>"
        for number in range(50, 56)
        for line in Story(number).paragraphs
    )
    return (
        f"<html><head><title>{story.title}_试验网</title></head><body><h2 class='t'>{story.title}</h2>"
        f"<p class='from'>稿源 {story.source} | {story.day} | {story.editor}</p>"
        f"<div class='main-col'><span class='rich'>{text}</span></div><div class='more'>{other}</div></body></html>"
    )


def hidden(story: Story) -> str:
    """Neither title nor text where the general rules look: a slogan as headline, longer texts of others below."""
    page = teasers(story).replace(f"<h2 class='t'>{story.title}</h2>", f"<div class='t'>{story.title}</div>")
    return page.replace(f"<title>{story.title}_试验网</title>", "<title>试验网</title>").replace(
        "<body>", "<body><h1>讲好山口故事，服务一方百姓</h1>"
    )


def refused(story: Story) -> str:
    """The headline below the text, where the general rules look for none: the page is refused as a whole."""
    text = "".join(f"<p>{line}</p>" for line in story.paragraphs)
    links = "".join(f"<li><a href='/{number}.html'>{Story(number).title}</a></li>" for number in range(60, 90))
    return (
        f"<html><head><title></title></head><body><ul class='list'>{links}</ul>"
        f"<div class='info'>来源:{story.source}  日期:{story.day}   编辑:{story.editor}</div>"
        f"<div class='inner'>{text}</div><div class='name'>{story.title}</div></body></html>"
    )


REDESIGNS: dict[str, Callable[[Story], str]] = {
    "unlabelled": unlabelled,
    "slogan": slogan,
    "teasers": teasers,
    "hidden": hidden,
    "refused": refused,
}
