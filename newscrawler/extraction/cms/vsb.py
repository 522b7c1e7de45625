"""VSB (博达网站群, Webber), common among universities, health and district sites.

URL: `/info/1023/4567.htm`: list 1023, document 4567; dynamic `content.jsp?urltype=news.NewsContentUrl&wbnewsid=4567`.
Markup: `<div id="vsb_content">` (also `vsb_content_2`, `_100`, `_501`), inside it `<div class="v_news_content">`;
the form round the article is named `_newscontent_fromname`.
Evidence: the body of one corpus page; the URL shape is from public descriptions.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_URL = re.compile(r"/info/\d{1,6}/(?P<id>\d{1,10})\.html?(?:$|[?#])")
_QUERY = re.compile(r"[?&]wbnewsid=(?P<id>\d{1,10})")

SYSTEM = ContentSystem(
    id="vsb",
    name="VSB",
    urls=(_QUERY, _URL),
    names=("vsb_content", "v_news_content"),
    document_ids=(_URL, _QUERY),
    body=("div.v_news_content", "//*[starts-with(@id, 'vsb_content')]"),
)
