"""A second portal: an invented one of Jiangxi in the markup of TRS WCM, as unlike the demo portal as can be.

GB2312 that only a meta element declares, nested tables, relative links, pagers that exist only as a call of
`createPageHTML`, no heading element, an outlet without a label.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from newscrawler.demo import images
from newscrawler.demo.model import Block, DemoArticle, DemoCredit, DemoImage, Response, body_text
from newscrawler.demo.server import SiteServer
from newscrawler.demo.stories import Assignment, Byline, Division, write
from newscrawler.demo.text import Corpus, Dice

HOST = "http://www.ganjiang-news.example"
NAME = "赣江演示新闻网"
DEFINITION = f"""\
id = "ganjiang"
name = "{NAME}"
province = "江西省"
homepage = "{HOST}/"
"""
TODAY = datetime.date(2023, 7, 14)
PAGE_SIZE = 4
STRANGER = "http://www.poyang-reader.example/zt/202306/t20230628_771.html"


@dataclass(frozen=True)
class Channel:
    division: Division
    folder: str
    count: int
    counties: tuple[Division, ...] = ()


def _channel(name: str, code: str, folder: str, count: int, *counties: tuple[str, str]) -> Channel:
    return Channel(
        Division(name, name.removesuffix("市"), code),
        f"/dsxw/{folder}/",
        count,
        tuple(Division(full, full if full.endswith("区") else full[:-1], code) for full, code in counties),
    )


CHANNELS = (
    _channel("南昌市", "360100", "nc", 5, ("安义县", "360123"), ("进贤县", "360124")),
    _channel("九江市", "360400", "jj", 3, ("武宁县", "360423"), ("修水县", "360424"), ("瑞昌市", "360481")),
    _channel("景德镇市", "360200", "jdz", 3, ("浮梁县", "360222"), ("乐平市", "360281")),
    _channel("萍乡市", "360300", "px", 1, ("上栗县", "360322")),
    _channel("新余市", "360500", "xy", 0),
    _channel("鹰潭市", "360600", "yt", 1, ("贵溪市", "360681")),
    _channel("赣州市", "360700", "gz", 10, ("上犹县", "360724"), ("石城县", "360735"), ("寻乌县", "360734")),
    _channel("宜春市", "360900", "yc", 2, ("铜鼓县", "360926"), ("丰城市", "360981")),
    _channel("上饶市", "361100", "sr", 3, ("弋阳县", "361126"), ("鄱阳县", "361128"), ("婺源县", "361130")),
    _channel("吉安市", "360800", "ja", 2, ("遂川县", "360827"), ("安福县", "360829")),
    _channel("抚州市", "361000", "fz", 2, ("黎川县", "361022"), ("资溪县", "361028")),
)
TWO_PAGES = "/dsxw/gz/ 2"
TWO_CHANNELS = "/dsxw/gz/ 4"
SECOND_CHANNEL = "/dsxw/ja/"
RARE_NAMES = "/dsxw/jdz/ 1"


@dataclass(frozen=True)
class Page:
    """An article as this portal shows it; `folders` are those of the channels that it runs in."""

    article: DemoArticle
    name: str
    parts: tuple[tuple[Block, ...], ...]
    folders: tuple[str, ...]
    shown_date: str
    style: int


def _pages() -> list[Page]:
    corpus = Corpus.load(Path(__file__).with_name("data"))
    used: Counter[str] = Counter()
    titles: set[str] = set()
    pages = []
    for channel in CHANNELS:
        dice = Dice(channel.folder)
        day = TODAY
        for position in range(channel.count):
            day -= datetime.timedelta(days=dice.between(1, 5))
            pages.append(_page(corpus, channel, f"{channel.folder} {position}", day, used, titles))
    return pages


def _page(corpus: Corpus, channel: Channel, key: str, day: datetime.date, used: Counter[str], titles: set[str]) -> Page:
    dice = Dice(f"page {key}")
    county = None if dice.chance(30) else dice.pick(channel.counties)
    least = min(used[topic.id] for topic in corpus.topics)
    topic = dice.pick([topic for topic in corpus.topics if used[topic.id] == least])
    used[topic.id] += 1
    source = dice.pick(corpus.people["outlets"])
    bylines: list[Byline] = ["trailing", "line", "outlet", "dateline", "none"]
    task = Assignment(
        key=key,
        topic=topic,
        city=channel.division,
        county=county,
        day=day,
        source=source,
        byline="line" if key == TWO_PAGES else dice.pick(bylines),
        subheads=key == TWO_PAGES or dice.chance(30),
        images=dice.pick([0, 0, 1]),
        paragraphs=10 if key == TWO_PAGES else dice.between(3, 6),
        overrides={"p1": "辜喆", "p2": "况䶮"} if key == RARE_NAMES else {},
    )
    story = write(corpus, task)
    while story.title in titles:
        task = replace(task, key=task.key + "+")
        story = write(corpus, task)
    titles.add(story.title)

    document = 4_450_000 + (day - datetime.date(2023, 1, 1)).days * 97 + dice.below(97)
    name = f"{day:%Y%m}/t{day:%Y%m%d}_{document}"
    folders = (channel.folder, SECOND_CHANNEL) if key == TWO_CHANNELS else (channel.folder,)
    blocks = tuple(
        Block("image", block.text, f"W0{day:%Y%m%d}{document}{block.url}.png") if block.url else block
        for block in story.blocks
    )
    time = f"{dice.between(7, 18):02}:{dice.between(0, 59):02}"
    editor = dice.pick(corpus.people["editors"])
    divisions = {other.folder: other.division for other in CHANNELS}
    folder_url = f"{HOST}{channel.folder}{day:%Y%m}/"
    article = DemoArticle(
        url=f"{HOST}{channel.folder}{name}.shtml",
        aliases=tuple(f"{HOST}{folder}{name}.shtml" for folder in folders[1:]),
        title=story.title,
        subtitle=None,
        source=source,
        published=f"{day}T{time}:00+08:00",
        editors=(editor,),
        authors=tuple(credit.name for credit in story.credits),
        credits=(*story.credits, DemoCredit("编辑", editor)),
        summary=None,
        body=body_text(blocks),
        images=tuple(DemoImage(folder_url + block.url, block.text) for block in blocks if block.url),
        keywords=(),
        article_type="转载",
        sections=tuple(divisions[folder].name for folder in folders),
        city=channel.division.name,
        city_code=channel.division.code,
        county=county.name if county else None,
        county_code=county.code if county else None,
        listed_date=day.isoformat(),
    )
    half = len(blocks) // 2
    parts = (blocks[:half], blocks[half:]) if key == TWO_PAGES else (blocks,)
    return Page(article, name, parts, folders, f"{day} {time}", dice.below(2))


def _html(title: str, content: str) -> bytes:
    text = f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{escape(title)}</title>
<script language="javascript" src="/images/createPage.js"></script>
</head>
<body topmargin="0">
<table width="980" border="0" align="center" cellpadding="0" cellspacing="0">
<tr><td><img src="/images/top.png" width="980" height="120"></td></tr>
<tr><td><table width="100%"><tr>
<td><a href="/">首页</a></td><td><a href="/gyws/">关于我们</a></td>
</tr></table></td></tr>
<tr><td>
{content}
</td></tr>
<tr><td align="center">版权所有：{NAME} 未经授权请勿转载或建立镜像<br>
地址：江滨路演示大厦 电话：0790-0000000</td></tr>
</table>
</body>
</html>
"""
    return text.encode("gb18030")


def _home(pages: list[Page]) -> bytes:
    links = "".join(f'<td><a href=".{channel.folder}">{channel.division.short}</a></td>' for channel in CHANNELS)
    news = "\n".join(
        f'<tr><td>· <a href=".{page.folders[0]}{page.name}.shtml">{escape(page.article.title)}</a></td></tr>'
        for page in pages[::4]
    )
    return _html(NAME, f"<table><tr>{links}</tr></table>\n<table><tr><td><b>今日要闻</b></td></tr>\n{news}\n</table>")


def _listings(channel: Channel, pages: list[Page]) -> list[bytes]:
    entries = sorted(
        (page for page in pages if channel.folder in page.folders),
        key=lambda page: page.article.listed_date,
        reverse=True,
    )
    last = max(1, -(-len(entries) // PAGE_SIZE))
    made = []
    for number in range(last):
        rows = "\n".join(
            f'<tr><td width="80%">·<a href="./{page.name}.shtml" target="_blank">'
            f"{escape(page.article.title)}</a></td><td>({page.article.listed_date})</td></tr>"
            for page in entries[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        )
        if channel.folder == "/dsxw/nc/" and number == 0:
            rows += f'\n<tr><td>·<a href="{STRANGER}">专题：鄱湖读书月</a></td><td>(2023-06-28)</td></tr>'
        made.append(
            _html(
                f"{channel.division.short}_{NAME}",
                f'<table width="100%"><tr><td valign="top"><table class="list">\n{rows}\n</table></td></tr>\n'
                '<tr><td align="center">'
                f'<script>createPageHTML({last}, {number}, "index", "shtml");</script></td></tr></table>',
            )
        )
    return made


def _article(page: Page, number: int) -> bytes:
    truth = page.article
    outlet = (
        f'　　来源：<a href="http://www.outlets.example/" target="_blank">{truth.source}</a>'
        if page.style
        else f"&nbsp;&nbsp;&nbsp;&nbsp;{truth.source}"
    )
    blocks = "\n".join(_block(block) for block in page.parts[number])
    name = page.name.rpartition("/")[2]
    pager = (
        f'<script>createPageHTML({len(page.parts)}, {number}, "{name}", "shtml");</script>'
        if len(page.parts) > 1
        else ""
    )
    editor = truth.editors[0]
    foot = f"责任编辑：{editor}" if page.style else f"（责任编辑：{editor}）"
    return _html(
        f"{truth.title}_{NAME}",
        f"""<table width="960"><tr><td>您当前的位置：<a href="/">首页</a> &gt; 地市新闻</td></tr></table>
<table width="900" align="center">
<tr><td align="center" class="bt"><strong>{escape(truth.title)}</strong></td></tr>
<tr><td align="center" class="time">{page.shown_date}{outlet}　　\
【字体：<a href="javascript:doZoom(16)">大</a> \
<a href="javascript:doZoom(14)">中</a> <a href="javascript:doZoom(12)">小</a>】 \
<a href="javascript:window.print()">打印</a></td></tr>
<tr><td><table width="100%"><tr><td class="zw" id="zoom">
<div class="TRS_Editor"><style type="text/css">.TRS_Editor P{{line-height:2;font-size:14px;}}</style>\
<div class="Custom_UnionStyle">
{blocks}
</div></div>
</td></tr></table>
{pager}</td></tr>
<tr><td align="right">{foot}</td></tr>
</table>""",
    )


def _block(block: Block) -> str:
    text = escape(block.text, quote=False)
    if block.kind == "image":
        image = f'<p align="center"><img src="./{block.url}" OLDSRC="{block.url}" border="0"></p>'
        return f'{image}\n<p align="center"><font color="#0000ff">{text}</font></p>' if text else image
    if block.kind == "subhead":
        return f"<p>　　<strong>{text}</strong></p>"
    return f'<p align="justify">　　{text}</p>'


class TrsSite:
    """The pages by path; `articles` is the truth about them."""

    def __init__(self) -> None:
        pages = _pages()
        self.articles: tuple[DemoArticle, ...] = tuple(page.article for page in pages)
        self.pages: dict[str, Response] = {}
        home = self._add("/", _home(pages))
        self.pages["/index.shtml"] = home
        self._add("/gyws/", _html(f"关于我们_{NAME}", "<table><tr><td>本站内容均为虚构。</td></tr></table>"))
        self._add("/images/createPage.js", b"function createPageHTML() {}\n", "application/x-javascript")
        self._add("/images/top.png", images.png(160, 30, 30), "image/png")
        for channel in CHANNELS:
            for number, body in enumerate(_listings(channel, pages)):
                response = self._add(f"{channel.folder}index{f'_{number}' if number else ''}.shtml", body)
                if number == 0:
                    self.pages[channel.folder] = response
        for page in pages:
            for folder in page.folders:
                for number in range(len(page.parts)):
                    suffix = f"_{number}" if number else ""
                    self._add(f"{folder}{page.name}{suffix}.shtml", _article(page, number))
                for image in page.article.images:
                    file = urlsplit(image.url).path.rpartition("/")[2]
                    self._add(f"{folder}{page.name[:7]}{file}", images.png(60, 120, 60), "image/png")

    def _add(self, path: str, body: bytes, content_type: str = "text/html") -> Response:
        self.pages[path] = Response(200, {"Content-Type": content_type}, body)
        return self.pages[path]

    def respond(self, path: str) -> Response:
        gone = Response(404, {"Content-Type": "text/html"}, b"<html><body>404 Not Found</body></html>")
        return self.pages.get(urlsplit(path).path, gone)


class TrsPortal(SiteServer):
    """The portal on a loopback port: `with TrsPortal() as server: server.url`."""

    def __init__(self) -> None:
        site = TrsSite()
        super().__init__(site)
        self.articles = site.articles
