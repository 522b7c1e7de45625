"""TRS WCM (拓尔思), the most common system of provincial portals and government sites.

URL: `/xw/202307/t20230712_4450370.shtml`; the number behind the day is the document id, which stays the same in
every channel that shows the document. Further pages add `_1`, `_2`.
Markup: the body is wrapped in `<div class="TRS_Editor">`, in newer versions `view TRS_UEDITOR trs_paper_default`.
Evidence: the bodies of three corpus pages of two sites; the URL shape is from public descriptions.
"""

import re

from newscrawler.extraction.cms.system import ContentSystem

_URL = re.compile(r"/t(?:19|20)\d{6}_(?P<id>\d{3,12})(?:_\d{1,3})?\.s?html?(?:$|[?#])")

SYSTEM = ContentSystem(
    id="trs",
    name="TRS WCM",
    urls=(_URL,),
    names=("TRS_Editor", "TRS_UEDITOR", "trs_editor_view"),
    document_ids=(_URL,),
    body=("div.TRS_UEDITOR", "div.TRS_Editor", "div.trs_editor_view"),
)
