"""Base of the recipe models: TOML tables become frozen models, mistakes become one-line messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from ..core.errors import InputError, nearest
from .explain import explain
from .quantity import keys, quantities


class Table(BaseModel):
    """A frozen table whose quantities are written in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _read_quantities(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        marked = quantities(cls)
        by_key = {mark.key: name for name, mark in marked.items()}
        read: dict[str, Any] = {}
        for key, value in given.items():
            name = by_key.get(key, key)
            if name not in cls.model_fields:
                raise InputError(
                    f"unknown field '{key}'.{nearest(str(key), keys(cls))} Allowed: {', '.join(keys(cls))}."
                )
            if name in read:
                raise InputError(f"'{name}' and '{marked[name].key}' say the same thing; keep one.")
            if name in marked and value is not None:
                read_as = marked[name].read_text if key in by_key else marked[name].read_number
                value = read_as(value, key)
            read[name] = value
        return read

    @classmethod
    def build(cls, table: Any, where: str = "") -> Self:
        """Build the model from a table with quantities in words.

        Parameters
        ----------
        table
            Mapping as TOML gives it.
        where
            Name of the file or recipe, put in front of error messages.

        Raises
        ------
        InputError
            Naming the field, the value given, what is allowed and the nearest valid name.
        """
        try:
            return cls.model_validate(table)
        except ValidationError as error:
            raise InputError(explain(error, cls, where)) from None

    def replace(self, **changes: Any) -> Self:
        """Return a validated copy with some fields changed (field names, plain numbers).

        Raises
        ------
        InputError
            If a field is unknown or a value is not allowed.
        """
        current = {name: getattr(self, name) for name in type(self).model_fields}
        return self.build({**current, **changes})
