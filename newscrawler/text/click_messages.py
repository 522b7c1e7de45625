"""The messages of click that users of our commands see. Click looks them up in a gettext domain, which we fill."""

from __future__ import annotations

from newscrawler.text.languages import N_

CLICK_MESSAGES: tuple[str, ...] = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Error: {message}"),
    N_("Aborted!"),
    N_("Try '{command} {option}' for help."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("required"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("%(prog)s, version %(version)s"),
    N_("{name} {filename!r} does not exist."),
)

CLICK_PLURALS: dict[str, str] = {
    "Did you mean {possibility}?": N_("(Did you mean one of: {possibilities}?)"),
    "{value!r} is not {choice}.": N_("{value!r} is not one of {choices}."),
    "Got unexpected extra argument ({args})": N_("Got unexpected extra arguments ({args})"),
    "Option {name!r} requires an argument.": N_("Option {name!r} requires {nargs} arguments."),
}
"""Singular to plural. Both have the values of both, and one translation."""
