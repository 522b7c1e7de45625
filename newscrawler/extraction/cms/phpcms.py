"""PHPCMS v9 (酷溜网), common among city portals and party sites built between 2010 and 2018.

URL: `/html/2019/yaowen_0710/1234.html`, `/content-6-1234-1.html` (category, document, page) or
`/index.php?m=content&c=index&a=show&catid=6&id=1234`.
Markup: hit counter `api.php?op=count&id=1234&modelid=1`, comments `index.php?m=comment&c=index&a=init&commentid=
content_6-1234-1`. The stock template has `#Article h1` with the meta line in its `span`, and `.content`.
Evidence: from public descriptions only.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_STATIC = re.compile(r"/content-\d{1,6}-(?P<id>\d{1,9})-\d{1,4}\.html?(?:$|[?#])")
_DYNAMIC = re.compile(r"[?&]m=content&c=index&a=show&catid=\d{1,6}&id=(?P<id>\d{1,9})")

SYSTEM = ContentSystem(
    id="phpcms",
    name="PHPCMS",
    urls=(_STATIC, _DYNAMIC),
    scripts=("api.php?op=count", "api.php?op=digg", "m=comment&c=index"),
    document_ids=(_STATIC, _DYNAMIC),
    id_in_scripts=(
        re.compile(r"commentid=content_\d{1,6}-(?P<id>\d{1,9})-\d"),
        re.compile(r"api\.php\?op=count&(?:amp;)?id=(?P<id>\d{1,9})"),
    ),
    body=("#Article div.content",),
)
