"""DedeCMS (织梦), common among county and trade sites built between 2007 and 2018.

URL: `/a/yaowen/2019/0710/49629.html` (`{typedir}/{Y}/{M}{D}/{aid}.html`, the number is the document id) or
`/plus/view.php?aid=49629`. Further pages add `_2`.
Markup: scripts at `/plus/count.php?view=yes&aid=49629`, digg at `/plus/digg_ajax.php`, feedback at
`/plus/feedback.php?aid=49629`. The stock template prints `时间:… 来源:… 作者:… 点击:…` in `div.info`, the summary
in `div.intro` and the body in `div.content`.
Evidence: from public descriptions only.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_IN_MARKUP = re.compile(
    r"/plus/(?:count|digg_ajax|feedback|stow|recommend)\.php\?(?:[\w=&;]{0,60}?)aid=(?P<id>\d{1,9})"
)

SYSTEM = ContentSystem(
    id="dedecms",
    name="DedeCMS",
    urls=(re.compile(r"/plus/view\.php\?(?:\w+=\w*&)*aid=\d+"),),
    scripts=("/plus/count.php", "/plus/digg_ajax.php", "/plus/feedback", "dedeajax"),
    document_ids=(re.compile(r"/plus/view\.php\?(?:\w+=\w*&)*aid=(?P<id>\d{1,9})"),),
    id_in_scripts=(_IN_MARKUP,),
    title=("div.viewbox div.title h2", "div.viewbox h2"),
    summary=("div.viewbox div.intro",),
    body=("div.viewbox div.content",),
)
