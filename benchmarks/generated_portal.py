"""A portal of any size as static files, served by nginx: the portal for measurements of the crawl."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from generated import Writer

from newscrawler import places

HOST = "http://www.generated.example"
PAGE_ENTRIES = 20
TITLE = 14
"""Characters of a title before the clause that reaches it is finished."""
FAMILIES = ("seed", "trs")

_STYLE = "<style>.a{margin:0 auto;width:1000px}.b li{line-height:28px;list-style:none}.c a{color:#333}</style>"


def definition(name: str = "generated", homepage: str = f"{HOST}/") -> str:
    """Return the four-line definition of the generated portal, with no delay."""
    return f'id = "{name}"\nname = "生成网"\nprovince = "湖北省"\nhomepage = "{homepage}"\n[crawl]\ndelay = 0\nconcurrency = 16\n'


@dataclass(frozen=True, slots=True)
class Truth:
    """What a page of the portal says."""

    url: str
    city: str
    title: str
    source: str
    published: str
    body: str


def generate(folder: Path, *, articles: int, weight: int = 25_000, family: str = "seed") -> None:
    """Write a portal with this number of articles, spread over Hubei's 17 divisions, of about `weight` bytes per page.

    What the pages say is written to a file beside the folder, which `truth` reads. `family` is the make of its pages: `seed` (UTF-8, 下一页) or `trs` (GB2312, tables, createPageHTML).
    """
    province = places.province("湖北省")
    assert province is not None
    divisions = places.divisions_of(province)
    writer = Writer()
    bodies = writer.bodies()
    encoding = "gb18030" if family == "trs" else "utf-8"
    nav = "".join(f'<li><a href="/s{number}/">{each.name}</a></li>' for number, each in enumerate(divisions))
    _save(folder / "index.shtml", _page("生成网", f"<ul class='nav'>{nav}</ul>", encoding, ""), encoding)
    newest = datetime.date(2026, 6, 30)
    per_section = [
        articles // len(divisions) + (number < articles % len(divisions)) for number in range(len(divisions))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    with _truth_file(folder).open("w", encoding="utf-8") as file:
        for number, (each, count) in enumerate(zip(divisions, per_section, strict=True)):
            entries = []
            for index in range(count):
                day = newest - datetime.timedelta(days=index * 3 // 10)
                title = writer.text(TITLE).replace("\n", "").rstrip("，。")
                path, said, html = _article(
                    title, next(bodies), each, number, index, day, weight, family, nav, encoding
                )
                _save(folder / path.lstrip("/"), html, encoding)
                file.write(json.dumps(asdict(said), ensure_ascii=False) + "\n")
                entries.append((path, said.title, day.isoformat()))
            _listings(folder / f"s{number}", entries, family, nav, encoding)


def truth(folder: Path) -> Iterator[Truth]:
    """Yield what the articles of a generated portal say."""
    with _truth_file(folder).open(encoding="utf-8") as file:
        for line in file:
            yield Truth(**json.loads(line))


def _truth_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.truth.jsonl")


def _article(
    title: str,
    text: str,
    division: places.Division,
    section: int,
    index: int,
    day: datetime.date,
    weight: int,
    family: str,
    nav: str,
    encoding: str,
) -> tuple[str, Truth, str]:
    identifier = 1_000_000 + section * 1_000_000 + index
    title = f"{title}（{identifier}）"
    last = f"编号为{identifier}的报道到这里结束，{division.name}的读者可以留言。（记者 艾子衿 通讯员 汪怀谷）"
    paragraphs = [*text.split("\n"), last]
    body = "\n".join(f"<p>　　{paragraph}</p>" for paragraph in paragraphs)
    source, minute = "生成晚报" if index % 3 else "生成网", f"{index % 60:02d}"
    meta = f"来源:{source}  日期:{day.isoformat()} 09:{minute}   编辑:丁一鸣   字号:TT"
    if family == "trs":
        path = f"/{day:%Y%m}/t{day:%Y%m%d}_{identifier}.shtml"
        content = (
            f"<table><tr><td><h1>{title}</h1></td></tr><tr><td>{meta}</td></tr><tr><td>"
            f"<div class='TRS_Editor'>{body}</div></td></tr></table>"
        )
    else:
        path = f"/{day:%Y/%m%d}/{identifier}.shtml"
        content = f"<h1>{title}</h1><div class='info'>{meta}</div><div class='content'>{body}</div>"
    page = _page(f"{title}-生成网", f"<ul class='nav'>{nav}</ul><div class='a'>{content}</div>", encoding, "")
    filler = max(weight - len(page.encode(encoding, "replace")), 0)
    published = f"{day.isoformat()}T09:{minute}:00+08:00"
    said = Truth(f"{HOST}{path}", division.name, title, source, published, "\n".join(paragraphs))
    return path, said, page.replace("<!--side-->", _sidebar(filler, encoding))


def _sidebar(size: int, encoding: str) -> str:
    """Links, scripts and styles of the kind that make up most of a real page."""
    parts, written, number = [], 0, 0
    while written < size:
        part = (
            f"<li><a href='/zt/{number}.html' title='专题第{number}期'>专题第{number}期往期回顾</a></li>"
            if number % 4
            else f"<script>var _slot{number}={{id:{number},w:300,h:250,src:'/ad/{number}.js',on:function(e){{return e}}}};</script>"
        )
        parts.append(part)
        written += len(part.encode(encoding, "replace"))
        number += 1
    return f"<div class='side'><ul class='b c'>{''.join(parts)}</ul></div>"


def _page(title: str, content: str, encoding: str, side: str) -> str:
    charset = "gb2312" if encoding == "gb18030" else encoding
    return (
        f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>{title}</title>{_STYLE}</head><body>"
        f"{content}<!--side-->{side}<div class='foot'>版权所有 生成网</div></body></html>"
    )


def _listings(folder: Path, entries: list[tuple[str, str, str]], family: str, nav: str, encoding: str) -> None:
    pages = [entries[start : start + PAGE_ENTRIES] for start in range(0, len(entries), PAGE_ENTRIES)] or [[]]
    for number, part in enumerate(pages):
        items = "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in part)
        if family == "trs":
            pager = f'<script>createPageHTML({len(pages)}, {number}, "index", "shtml");</script>'
        else:
            last = number + 1 >= len(pages)
            pager = "<span>下一页</span>" if last else f"<a href='index_{number + 1}.shtml'>下一页</a>"
        name = "index.shtml" if number == 0 else f"index_{number}.shtml"
        content = f"<ul class='nav'>{nav}</ul><ul class='list'>{items}</ul><div class='page'>{pager}</div>"
        _save(folder / name, _page("列表-生成网", content, encoding, ""), encoding)


def _save(path: Path, text: str, encoding: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding, "replace"))


@contextmanager
def served(folder: Path, work: Path) -> Iterator[str]:
    """Serve a folder by nginx on a free loopback port; yield its address. nginx is stopped by its process id."""
    program = shutil.which("nginx")
    if program is None:
        raise SystemExit("nginx is not installed; 'apt-get install nginx-light' brings it")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    work.mkdir(parents=True, exist_ok=True)
    config = work / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(
        f"""{user} worker_processes 1; daemon off; pid {work}/nginx.pid; error_log {work}/error.log warn;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; keepalive_requests 100000; default_type text/html;
  types {{ text/html shtml html; }}
  client_body_temp_path {work}/b; proxy_temp_path {work}/p; fastcgi_temp_path {work}/f;
  uwsgi_temp_path {work}/u; scgi_temp_path {work}/s;
  server {{ listen 127.0.0.1:{port} backlog=512; root {folder}; index index.shtml; }} }}
""",
        encoding="utf-8",
    )
    process = subprocess.Popen([program, "-c", str(config), "-p", str(work)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=10)


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("nginx did not start")
