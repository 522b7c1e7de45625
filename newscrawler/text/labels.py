"""Words for the codes of the archive: fields, states, counts, outcomes. Pages and notifications show them."""

from __future__ import annotations

from newscrawler.text.languages import N_

LABELS: dict[str, str] = {
    # Fields of an article, filters, and what articles are counted by
    "id": N_("ID"),
    "url": N_("address"),
    "portal": N_("portal"),
    "province": N_("province"),
    "city": N_("city"),
    "city_code": N_("city code"),
    "county": N_("county"),
    "county_code": N_("county code"),
    "section": N_("section"),
    "title": N_("title"),
    "subtitle": N_("subtitle"),
    "source": N_("source"),
    "published": N_("published"),
    "published_date": N_("date of publication"),
    "published_evidence": N_("evidence of the date"),
    "listed_date": N_("date in the listing"),
    "listed_source": N_("source in the listing"),
    "missing_since": N_("missing since"),
    "editor": N_("editor"),
    "editors": N_("editors"),
    "author": N_("author"),
    "authors": N_("authors"),
    "summary": N_("summary"),
    "body": N_("body"),
    "keywords": N_("keywords"),
    "article_type": N_("type"),
    "char_count": N_("characters"),
    "language": N_("language"),
    "image_count": N_("number of images"),
    "first_seen": N_("first stored"),
    "last_seen": N_("last fetched"),
    "status": N_("status"),
    "version_count": N_("number of versions"),
    "content_hash": N_("content hash"),
    "page": N_("newspaper page"),
    "page_no": N_("number of the newspaper page"),
    "published_at": N_("moment of publication"),
    "run": N_("run"),
    "cms": N_("content system"),
    "encoding": N_("encoding"),
    "credits": N_("credits"),
    "images": N_("images"),
    "attachments": N_("attachments"),
    "body_html": N_("HTML of the body"),
    "month": N_("month"),
    "day": N_("date"),
    "since": N_("from date"),
    "until": N_("to date"),
    "cities": N_("cities"),
    "outlets": N_("outlets"),
    # Instruments and the fleet
    "word": N_("word"),
    "words": N_("words"),
    "occurrences": N_("occurrences"),
    "of_articles": N_("of articles"),
    "per_million": N_("per million"),
    "in_reference": N_("in the reference"),
    "log_likelihood": N_("log-likelihood"),
    "log_ratio": N_("log ratio"),
    "near": N_("near"),
    "outside": N_("outside"),
    "tool": N_("tool"),
    "tool_version": N_("version of the tool"),
    "annotations": N_("annotations"),
    "filter": N_("filters"),
    "created": N_("created"),
    "suppressed": N_("suppressed since"),
    "variable": N_("variable"),
    "percent": N_("percent"),
    "alpha": N_("Krippendorff's alpha"),
    "kappa": N_("Cohen's kappa"),
    "worker": N_("worker"),
    "seen": N_("last seen"),
    "crawling": N_("crawling"),
    "holder": N_("holder"),
    "home": N_("home"),
    "parcel": N_("parcel"),
    "taken": N_("taken in"),
    # States of articles and documents
    "live": N_("live"),
    "withdrawn": N_("withdrawn"),
    "edited": N_("edited"),
    "gone": N_("gone"),
    "blocked": N_("blocked"),
    "unknown": N_("unknown"),
    "stored": N_("stored"),
    "pending": N_("pending"),
    "failed": N_("failed"),
    "foreign": N_("offsite"),
    "not_an_article": N_("not an article"),
    "not an article": N_("not an article"),
    "not articles": N_("not articles"),
    # Numbers and events of a run
    "listed": N_("listed"),
    "captured": N_("captured"),
    "new": N_("new"),
    "changed": N_("changed"),
    "known": N_("known"),
    "unchanged": N_("unchanged"),
    "kept": N_("kept"),
    "skipped": N_("skipped"),
    "requests": N_("requests"),
    "bytes": N_("bytes"),
    "warning": N_("warning"),
    # Outcomes of a run, states of an alarm
    "running": N_("running"),
    "done": N_("done"),
    "incomplete": N_("incomplete"),
    "interrupted": N_("interrupted"),
    "open": N_("open"),
    "closed": N_("closed"),
    "accepted": N_("accepted"),
}

SWEEP_OUTCOMES: dict[str, str] = {
    "end": N_("end"),
    "unproven": N_("end, not proven"),
    "more": N_("goes on"),
    "columns": N_("columns"),
    "mark": N_("mark"),
    "since": N_("since"),
    "limit": N_("limit"),
    "cut": N_("cut"),
    "failed": N_("failed"),
    "repeats": N_("repeats"),
    "running": N_("running"),
}

LISTING_ENDS: dict[str, str] = {
    "proven": N_("proven"),
    "unproven": N_("not proven"),
    "more": N_("goes on"),
    "columns": N_("columns"),
}

ROBOTS_POLICIES: dict[str, str] = {
    "rules": N_("rules"),
    "allow-all": N_("allow-all"),
    "disallow-all": N_("disallow-all"),
}

ALARM_KINDS: dict[str, str] = {
    "run-failed": N_("run failed"),
    "run-cut": N_("run crashed"),
    "run-missed": N_("missed run"),
    "section-empty": N_("section empty"),
    "section-failed": N_("section cannot be read"),
    "section-moved": N_("section moved"),
    "section-gone": N_("section no longer linked"),
    "section-silent": N_("section without new entries"),
    "field-empty": N_("field empty"),
    "rule-lost": N_("rule matches no more"),
    "body-unsure": N_("body uncertain"),
    "redesign": N_("redesign"),
    "charset-changed": N_("charset changed"),
    "cms-changed": N_("content system changed"),
    "dates-lost": N_("dates missing"),
    "no-article": N_("pages without an article"),
    "errors": N_("failed requests"),
    "blocked": N_("blocked requests"),
    "gone": N_("listed articles missing"),
    "length-shifted": N_("length of texts changed"),
}

ALARM_CHANGES: dict[str, str] = {
    "opened": N_("opened"),
    "worsened": N_("worsened"),
    "closed": N_("closed"),
    "accepted": N_("accepted"),
}

FLEET_STATES: dict[str, str] = {
    "crawling": N_("being crawled"),
    "refused": N_("parcel refused"),
    "waiting": N_("parcel waiting"),
    "idle": N_("at rest"),
    "new": N_("never leased"),
}

DATE_EVIDENCE: dict[str, str] = {"page": N_("page"), "url": N_("address of the page"), "listing": N_("listing")}

ARTICLE_TYPES: dict[str, str] = {"原创": N_("original work"), "转载": N_("reprint"), "unknown": N_("unknown")}

COMMANDS: dict[str, str] = {"crawl": N_("crawl"), "refresh": N_("refresh"), "reextract": N_("reextract")}

_TABLES = {
    "alarm": ALARM_KINDS,
    "change": ALARM_CHANGES,
    "fleet": FLEET_STATES,
    "evidence": DATE_EVIDENCE,
    "type": ARTICLE_TYPES,
    "command": COMMANDS,
    "": LABELS,
    "sweep": SWEEP_OUTCOMES,
    "listing": LISTING_ENDS,
    "robots": ROBOTS_POLICIES,
}


def message_of(code: str, kind: str = "") -> str:
    """Return the English word for a code, which is also its message for translators; an unknown code as it is."""
    return _TABLES[kind].get(code, code)
