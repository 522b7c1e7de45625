"""Groups of commands: a default command, the nearest names for a mistyped one, and completion in the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.renamed import replacement_for_argument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem


def unknown_command(name: str, names: Iterable[str], ctx: click.Context) -> click.UsageError:
    """Return the error for an unknown command, with the names that resemble it."""
    from difflib import get_close_matches

    names = sorted(names)
    matches = get_close_matches(name, names, n=2)
    hint = f" Did you mean {' or '.join(matches)}?" if matches else f" The commands are {', '.join(names)}."
    return click.UsageError(f"No such command {name!r}.{hint}", ctx)


class CommandGroup(click.Group):
    """A group of commands. Where no command is named, `default` runs."""

    def __init__(self, *args: Any, default: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self._default = default

    @property
    def default(self) -> click.Command | None:
        """The command that runs when none is named."""
        return self.commands.get(self._default)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before arguments that do not begin with a command."""
        if self._uses_default(ctx, args):
            late = next((word for word in args if word in self.commands), "")
            if late and not ctx.resilient_parsing:
                raise click.UsageError(f"the command comes before its options: '{ctx.command_path} {late} …'.", ctx)
            args = [self._default, *args]
        return super().parse_args(ctx, args)

    def _uses_default(self, ctx: click.Context, args: list[str]) -> bool:
        if self.default is None or (args and (args[0] in self.commands or args[0] in ctx.help_option_names)):
            return False
        if not args:
            # A shell that completes an empty word is offered the commands.
            return not ctx.resilient_parsing
        takes_arguments = any(isinstance(parameter, click.Argument) for parameter in self.default.params)
        return args[0].startswith("-") or takes_arguments

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name; the error for an unknown one names what it should be."""
        if args[0] not in self.commands and not ctx.resilient_parsing and not args[0].startswith("-"):
            if message := replacement_for_argument(self.name or "", args[0]):
                raise click.UsageError(message, ctx)
            raise unknown_command(args[0], self.commands, ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands, and the options of the default command, that begin with the incomplete word."""
        items = super().shell_complete(ctx, incomplete)
        if self.default is not None:
            values = {item.value for item in items}
            default = self.default.shell_complete(click.Context(self.default, parent=ctx), incomplete)
            items += [item for item in default if item.value not in values]
        return items

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage of the default command, then that of the others."""
        for number, pieces in enumerate(self.usages(ctx)):
            formatter.write_usage(ctx.command_path, pieces, prefix=None if number == 0 else "       ")

    def usages(self, ctx: click.Context) -> list[str]:
        """Return what may stand behind the group's name: one line without a command, if that is possible, one with."""
        lines = [] if self.default is None else [" ".join(self.default.collect_usage_pieces(ctx))]
        return [*lines, "COMMAND [ARGS]..."]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the default command and the list of commands."""
        if self.default is not None:
            click.Command.format_options(self.default, ctx, formatter)
        else:
            click.Command.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)
