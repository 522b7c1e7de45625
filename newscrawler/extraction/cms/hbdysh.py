"""The portal that this project began with, hbdysh.cn, and sites of the same make.

URL: `/2019/0710/49629.shtml` (`/YYYY/MMDD/ID.shtml`; the number is the document id); further pages add `_2`.
Markup: an `<h1>`, below it the meta line `来源:… 日期:2019-07-10 编辑:… 字号:TT`, a 分享到 bar, an optional 摘要
box, the body, whose last line ends with the byline `(记者 … 通讯员 …)`. The generic rules read all of it; what this
module adds is the document's id.
Evidence: the text of one page; its markup is not known.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_URL = re.compile(r"/(?:19|20)\d{2}/(?:0[1-9]|1[0-2])[0-3]\d/(?P<id>\d{1,9})(?:_\d{1,3})?\.shtml(?:$|[?#])")

SYSTEM = ContentSystem(
    id="hbdysh",
    name="dated .shtml of hbdysh.cn",
    urls=(_URL,),
    document_ids=(_URL,),
)
