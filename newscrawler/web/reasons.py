"""Why something was not answered, in the language of the page.

Errors are written in English where they are raised. This table has the same sentences in Chinese, with the same values.
"""

from __future__ import annotations

from newscrawler.archive.errors import UserError
from newscrawler.web.language import Language, text

CHINESE: dict[str, str] = {
    # Searches
    "the search has {length:,} characters; {most:,} is the most.": "检索式有 {length:,} 个字符，最多 {most:,} 个。",
    "the search names no word; write one, as in: newscrawler search 宜昌": "检索式里没有词；请至少写一个，例如：宜昌",
    "the quote before {start!r} is not closed.": "“{start}”前的引号没有配对的引号。",
    "the search has more than {most} words; leave some out.": "检索式多于 {most} 个词，请去掉一些。",
    "more than {most} parentheses stand inside each other.": "括号嵌套超过 {most} 层。",
    "there is a ) without its (.": "有一个右括号没有对应的左括号。",
    "there is a ( without its ).": "有一个左括号没有对应的右括号。",
    "NOT needs a word before it that is to be found, as in: 宜昌 NOT 武汉": "NOT 前面须有要找的词，例如：宜昌 NOT 武汉",
    '{operator} needs a word on both sides; to search for the word itself write "{operator}"': (
        '{operator} 两边都须有词；要检索这个词本身，请写 "{operator}"'
    ),
    "a word is missing at the end.": "末尾缺一个词。",
    "a word is missing before a ).": "右括号前缺一个词。",
    # Filters
    "the archive has no {kind} {name!r}; it is empty.": "存档里没有{kind}“{name}”；存档是空的。",
    "the archive has no {kind} {name!r}; the nearest it knows: {near}.": "存档里没有{kind}“{name}”；相近的有：{near}。",
    "the first day, {since}, is later than the last, {until}; exchange since and until.": (
        "起始日期 {since} 晚于截止日期 {until}；请把 since 和 until 对调。"
    ),
    "there is no argument {name!r}; the nearest are {near}.": "没有参数“{name}”；相近的有：{near}。",
    "{name!r} has more than {most} characters.": "参数“{name}”超过 {most} 个字符。",
    "there is no status {name!r}; there are {known}.": "没有状态“{name}”；可用的有：{known}。",
    "{name!r} is {value!r}, which is not a valid date; write it as in 2019-07-10.": (
        "参数“{name}”的值“{value}”不是日期；请写成 2019-07-10 这样。"
    ),
    "there is no order {name!r}; there are ranked and newest.": "没有排序“{name}”；可用的有 ranked 和 newest。",
    "'after' is {value!r}, which is not a place in the list.": "参数“after”的值“{value}”不是列表中的位置。",
    "{name!r} is given {times} times; give it once.": "参数“{name}”出现了 {times} 次；只能出现一次。",
    "{name!r} is {value!r}; give a number from 1 to {most:,}.": (
        "参数“{name}”的值“{value}”有误；请给出 1 到 {most:,} 的整数。"
    ),
    # Pages
    "the address has more than {most} arguments.": "地址里的参数多于 {most} 个。",
    "the address is longer than {most:,} characters.": "地址超过 {most:,} 个字符。",
    "the address has bytes that must be percent-encoded.": "地址里有必须用百分号编码的字节。",
    "this server answers to localhost and 127.0.0.1; start it with --host to give it another name.": (
        "本服务器只回应 localhost 和 127.0.0.1；要用别的名称，请用 --host 启动。"
    ),
    "there is no state {name!r}; there are {known}.": "没有状态“{name}”；可用的有：{known}。",
    "documents are listed by section; name 'portal' and 'section', too.": (
        "文章按栏目列出；请同时给出参数“portal”和“section”。"
    ),
    "the article has versions {first} to {last}.": "这篇文章有第 {first} 到第 {last} 版。",
    "give a name, as in /{page}?name=…; /{plural} lists them.": (
        "请给出名称，例如 /{page}?name=…；全部名称见 /{plural}。"
    ),
    "the archive is locked by another program; try again when it is done.": ("存档被其他程序锁定；请等它结束后再试。"),
    # SQL
    "write a query, as in: SELECT title FROM articles_flat LIMIT 10": (
        "请写一条查询，例如：SELECT title FROM articles_flat LIMIT 10"
    ),
    "only SELECT statements are answered.": "只接受 SELECT 语句。",
    "the query reads {name}, which is not open to queries; /sql lists what is.": (
        "查询读取了不开放的内容（{name}）；可查询的内容见 /sql。"
    ),
    "the query does more than reading the open tables; /sql lists them.": (
        "查询不限于读取开放的表；可查询的内容见 /sql。"
    ),
    "the query took longer than {seconds} seconds and was ended; narrow it down.": (
        "查询用时超过 {seconds} 秒，已被中断；请缩小范围。"
    ),
    "the result has more than {most:,} characters; ask for fewer rows or columns.": (
        "结果超过 {most:,} 个字符；请减少行数或列数。"
    ),
    "the query cannot be run; SQLite says: {message}": "查询无法执行；SQLite 的说明：{message}",
    "there is no shape {name!r}; there are {known}.": "没有格式“{name}”；可用的有：{known}。",
}
"""Sentence of an UserError to the same in Chinese."""


def translated(reason: UserError, language: Language) -> tuple[str, Language]:
    """Return a reason and the language that it is in: English, when the table does not have it in Chinese."""
    if language == "zh" and reason.sentence in CHINESE:
        # The kind of a name is a word of ours; all other values are names and numbers.
        words = {name: text(str(value), "zh") for name, value in reason.values.items() if name == "kind"}
        return CHINESE[reason.sentence].format(**{**reason.values, **words}), "zh"
    return str(reason), "en"
