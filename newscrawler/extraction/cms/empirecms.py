"""EmpireCMS (帝国CMS), common among local news and community sites.

URL: `/news/2019-07-10/1234.html` or `/e/action/ShowInfo.php?classid=6&id=1234`; lists are `index_2.html`.
Markup: hit counter `/e/public/ViewClick/?classid=6&id=1234`, digg `/e/public/digg/?classid=6&id=1234`, comments
`/e/pl/?classid=6&id=1234`; class and document together are the id. The stock template has `#news_check`,
`.info_text` or `#text` round the body.
Evidence: from public descriptions only.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_CALL = r"classid=(?P<class>\d{1,6})&(?:amp;)?id=(?P<id>\d{1,9})"

SYSTEM = ContentSystem(
    id="empirecms",
    name="EmpireCMS",
    urls=(re.compile(r"/e/action/ShowInfo\.php\?classid=\d+&id=\d+"),),
    scripts=("/e/public/ViewClick", "/e/public/digg", "/e/public/onclick", "/e/pl/"),
    document_ids=(re.compile(r"/e/action/ShowInfo\.php\?" + _CALL),),
    id_in_scripts=(re.compile(r"/e/(?:public/(?:ViewClick|digg|onclick)|pl)/\?" + _CALL),),
)
