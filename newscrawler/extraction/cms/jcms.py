"""大汉 JCMS (Hanweb), common among government sites of Jiangsu, Zhejiang, Shandong and others.

URL: `/art/2024/5/20/art_123_456789.html`: channel 123, document 456789; lists are `/col/col123/index.html`.
Markup: `<!--ZJEG_RSS.content.begin-->` … `<!--ZJEG_RSS.content.end-->` round the body, `<!--<$[信息内容]>begin-->`
in older versions, usually inside `<div id="zoom">`, with the government's `<meta>` in the head.
Evidence: from public descriptions only.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_URL = re.compile(r"/art/(?:19|20)\d{2}/\d{1,2}/\d{1,2}/art_\d{1,8}_(?P<id>\d{1,12})\.html?")

SYSTEM = ContentSystem(
    id="jcms",
    name="Hanweb JCMS",
    urls=(_URL,),
    comments=("ZJEG_RSS.content", "<$[信息内容]"),
    document_ids=(_URL,),
    title=("//*[comment()[starts-with(., '<$[信息标题]>begin') or starts-with(., 'ZJEG_RSS.title')]]",),
    body=(
        "//*[comment()[contains(., 'ZJEG_RSS.content.begin') or starts-with(., '<$[信息内容]>begin')]]",
        "#zoom",
    ),
)
