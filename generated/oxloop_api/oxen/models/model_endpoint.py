# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from enum import StrEnum
from typing import Self


class ModelEndpoint(StrEnum):
    VALUE_0 = "/chat/completions"
    VALUE_1 = "/images/generate"
    VALUE_2 = "/videos/generate"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A word that the contract does not know yet: kept as it came, and no member of the iteration"""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    def __reduce_ex__(self, protocol: object) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.value,)
