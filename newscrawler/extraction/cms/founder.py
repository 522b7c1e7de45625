"""Founder 翔宇 CMS (方正翔宇), common among the sites of provincial and city party papers.

URL: `/2024-05/10/content_123456.htm`, sections `node_123.htm`; further pages `content_123456_2.htm`.
Markup: a comment holds the document's fields, `<!--enpproperty <articleid>…</articleid><date>2024-05-10
08:00:00:0</date><author>…</author><title>…</title><keyword>…</keyword><subtitle>…</subtitle>
<introtitle>…</introtitle><sourcename>…</sourcename> … /enpproperty-->`, some versions with `<source>`; the body
stands between `<!--enpcontent-->` and `<!--/enpcontent-->`.
Evidence: from public descriptions only.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_URL = re.compile(r"/content_(?P<id>\d{3,12})(?:_\d{1,3})?\.s?html?(?:$|[?#])")
SYSTEM = ContentSystem(
    id="founder",
    name="Founder Xiangyu",
    urls=(_URL,),
    comments=("enpproperty", "enpcontent"),
    document_ids=(_URL,),
    title=("property:title",),
    subtitle=("property:subtitle",),
    source=("property:sourcename", "property:source"),
    published=("property:date",),
    authors=("property:author",),
    keywords=("property:keyword",),
    body=(
        "//*[comment()[normalize-space(.)='enpcontent']]",
        "founder-content",
        "#ozoom",
    ),
)
