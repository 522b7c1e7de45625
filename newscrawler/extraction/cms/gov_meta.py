"""The `<meta>` names that the State Council's guideline asks of government sites (政府网站发展指引, 2017, annex 2).

`SiteName`, `ColumnName`, `ArticleTitle`, `PubDate`, `ContentSource`, `Keywords`, `Author`, `Description`, `Url`:
any content system may print them, so this module stands last and only fills what the system itself left open.
Evidence: the date of one corpus page; the rest from public descriptions.
"""

from newscrawler.extraction.cms.system import ContentSystem

SYSTEM = ContentSystem(
    id="gov_meta",
    name="government <meta> standard",
    metas=("articletitle", "contentsource"),
    title=("meta:articletitle",),
    source=("meta:contentsource",),
    published=("meta:pubdate",),
    keywords=("meta:keywords",),
)
