"""What a crawl tells about the menu of a homepage: places that it names, and whose pages are not read."""

from __future__ import annotations

from newscrawler.crawling.context import CrawlContext
from newscrawler.listings.named_links import LinkReader
from newscrawler.listings.sections import Navigation
from newscrawler.listings.untaken_places import in_letters, in_scripts, without_a_name


def tell_of_navigation(context: CrawlContext, navigation: Navigation, links: LinkReader) -> None:
    """Record a warning with the run for each link that may lead to a section, and is not read."""
    owns = context.urls.owns

    def warn(url: str, reason: str) -> None:
        if context.urls.own_form(url) not in set(context.portal.extra_sections.values()):
            context.store.events.add("warning", url, None, reason)

    for link in navigation.foreign:
        reason = (
            f"the link of {link.name} leads to {link.host}, which does not belong to the portal; "
            f'allowed_hosts = ["{link.host}"] in the definition adds it'
        )
        context.store.events.add("warning", link.url, None, reason)
    sections = [link for link in links.links if link.url in {section.url for section in navigation.sections}]
    beside = [*navigation.unnamed, *in_letters(links.unnamed, sections, owns)]
    for place in beside:
        warn(place.url, f"the menu of cities has {place.names[0]}, which names no division (sections.extra adds it)")
    for picture in without_a_name(links.unnamed, sections, owns):
        warn(picture.url, "the menu of cities has a picture without a name (sections.extra adds it)")
    for url, reason in navigation.untaken:
        warn(url, reason)
    known = {section.name for section in navigation.sections} | {link.name for link in navigation.foreign}
    if sections and (names := in_scripts(links.texts_of_scripts(), context.portal.province_division, known)):
        shown = "、".join(names)
        reason = f"a script of the homepage names {shown}, without an address (sections.extra adds them)"
        warn(context.portal.homepage, reason)


def tell_of_lost_sections(context: CrawlContext, navigation: Navigation) -> None:
    """Record a warning for each section of the crawl before to which the homepage leads no more: it is not read."""
    if not navigation.sections or context.options.cities:
        return
    found = {section.name for section in navigation.sections} | set(context.portal.extra_sections)
    for name, url in context.store.sections.of_the_crawl_before():
        if name not in found:
            context.store.events.add("warning", url, name, f"the homepage no longer leads to the section {name}")
