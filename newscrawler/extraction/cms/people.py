"""人民网 and its provincial channels (people.com.cn).

URL: `/n1/2024/0510/c1004-40232587.html`: channel 1004, document 40232587; `/GB/…/12345.html` before 2012. Further
pages add `-2`, `-3`.
Markup: body in `rm_txt_con` (since 2020) or `#rwb_zw` / `.box_con` (2012 to 2020); date and outlet share the line
above it, `2019年06月15日08:18  来源：<a>…</a>`; `<p class="sou">` or `.author` names the writer, `(责编：…)` ends
the story in `div.edit`.
Evidence: two corpus pages, one of each generation.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_URL = re.compile(r"people\.(?:com\.)?cn/.*?/c\d{1,8}-(?P<id>\d{5,12})(?:-\d{1,3})?\.html?")
_OLD = re.compile(r"people\.(?:com\.)?cn/GB/(?:\d+/)*(?P<id>\d{5,12})\.html?")

SYSTEM = ContentSystem(
    id="people",
    name="People's Daily Online",
    urls=(_URL, _OLD),
    names=("rm_txt_con", "rwb_zw", "w1000_320 text_con"),
    document_ids=(_URL, _OLD),
    editors=("div.rm_txt div.edit", "div.text_con div.edit", "#p_editor"),
    body=("div.rm_txt_con", "#rwb_zw", "div.box_con", "#p_content"),
)
