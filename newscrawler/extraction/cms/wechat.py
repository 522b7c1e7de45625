"""Articles of WeChat public accounts (mp.weixin.qq.com), where many county newsrooms publish first.

URL: `https://mp.weixin.qq.com/s?__biz=MzI2…==&mid=2648978231&idx=1&sn=…` or `/s/<22 characters>`; account, `mid`
and `idx` name the document.
Markup: title `#activity-name`, account `#js_name`, writer in `<meta name="author">`, body `#js_content`. The page
prints the date by script: `var ct = "1581517074"` is the second of publication.
Evidence: three corpus pages.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

SYSTEM = ContentSystem(
    id="wechat",
    name="WeChat public account",
    urls=(re.compile(r"//mp\.weixin\.qq\.com/s"),),
    names=("js_content rich_media",),
    document_ids=(
        re.compile(r"[?&](?P<id>mid=\d{4,14}(?:&amp;|&)idx=\d{1,2})"),
        re.compile(r"qq\.com/s/(?P<id>[\w-]{16,40})"),
    ),
    title=("#activity-name", "meta:og:title"),
    source=("#js_name", 're:var nickname = (?:htmlDecode\\()?"([^"]{1,60})"'),
    published=('re:var ct = "(\\d{10})"', "#publish_time"),
    authors=("meta:author",),
    body=("#js_content",),
)
