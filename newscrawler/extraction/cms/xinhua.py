"""新华网 and its provincial channels (xinhuanet.com, news.cn).

URL: `/politics/2020-02/19/c_1125597921.htm` up to 2021, `/20240509/3dd6e33cc6d749fbaae01fea337ff400/c.html` since;
the number or the hash is the document id.
Markup: body in `#p-detail` (`div.p-detail` before 2020, `#detail` since 2022), in all of them
`责任编辑：` in `.editor` or `.p-tags` below it.
Evidence: three corpus pages of three generations.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_OLD = re.compile(r"(?:xinhuanet\.com|news\.cn)/.*?/c_(?P<id>\d{6,12})(?:_\d{1,3})?\.htm")
_NEW = re.compile(r"(?:xinhuanet\.com|news\.cn)/.*?/(?:19|20)\d{6}/(?P<id>[0-9a-f]{32})/c\.html")

SYSTEM = ContentSystem(
    id="xinhua",
    name="Xinhuanet",
    urls=(_NEW, _OLD),
    document_ids=(_NEW, _OLD),
    body=("#detailContent", "#p-detail", "div.p-detail", "div.main-aticle"),
    drop=("div.zan-wap", "div.standard_lb"),
)
