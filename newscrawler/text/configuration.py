"""Configuration files: TOML, read into a model. They hold passwords, so no message shows a value."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)
FOLDER = "folder"
"""What the context of validators calls the folder of the file."""


class ConfigurationError(Exception):
    """A file that cannot be used; the message names file, key and what is wrong, one line per mistake."""


def read_configuration(path: Path, model: type[Model]) -> Model:
    """Return the configuration in a TOML file. Raises ConfigurationError.

    Validators get its folder as `FOLDER` of their context: relative paths may start there.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return model.model_validate(values, context={FOLDER: path.resolve().parent})
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}.") from None
    except ValidationError as error:
        lines = [
            f"{path}: {'.'.join(map(str, mistake['loc'])) or 'the file'}: "
            f"{mistake['msg'].removeprefix('Value error, ')}."
            for mistake in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise ConfigurationError("\n".join(lines)) from None
