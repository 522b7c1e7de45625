"""Founder's digital newspaper (方正数字报), the page-by-page edition of a printed paper.

URL: `/html/2024-05/10/content_123456.htm` or `/pc/content/202405/10/content_123456.html`; pages of the paper are
`node_2.htm`.
Markup: `<founder-title>`, `<founder-subtitle>`, `<founder-author>` and `<founder-content>` or `<div id="ozoom">`
in the older editions, with `<!--enpproperty …-->` as in Founder's web system. The date is the issue's: it stands
in the URL.
Evidence: from public descriptions only.
"""

import re

from newscrawler.extraction.cms import founder
from newscrawler.extraction.cms.system import ContentSystem

_URL = re.compile(
    r"/(?:html|content|c|page|pc|mpaper|epaper|paper)/(?:[\w-]{1,20}/)?(?:19|20)\d{2}-?\d{2}/\d{2}/(?:content_|c)(?P<id>\d{2,12})(?:[_-]\d{1,4})?\.s?html?"
)

SYSTEM = ContentSystem(
    id="founder_epaper",
    name="Founder digital newspaper",
    urls=(_URL,),
    names=("ozoom",),
    document_ids=(_URL,),
    title=("founder-title", *founder.SYSTEM.title),
    subtitle=("founder-subtitle", *founder.SYSTEM.subtitle),
    source=founder.SYSTEM.source,
    published=(
        *founder.SYSTEM.published,
        "re:/(?:html|content)/((?:19|20)\\d{2}-\\d{2}/\\d{2})/content_",
    ),
    authors=("founder-author", *founder.SYSTEM.authors),
    body=("founder-content", "#ozoom", "#articleContent"),
)
