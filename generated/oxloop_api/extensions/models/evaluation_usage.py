# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.call_usage import CallUsage


T = TypeVar("T", bound="EvaluationUsage")


@_attrs_define
class EvaluationUsage:
    """What an evaluation has used so far."""

    answers: CallUsage
    """ What calls of models used and cost. """
    judges: CallUsage
    """ What calls of models used and cost. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        answers = self.answers.to_dict()

        judges = self.judges.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "answers": answers,
                "judges": judges,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.call_usage import CallUsage  # noqa: PLC0415

        d = dict(src_dict)
        answers = CallUsage.from_dict(d.pop("answers"))

        judges = CallUsage.from_dict(d.pop("judges"))

        evaluation_usage = cls(
            answers=answers,
            judges=judges,
        )

        evaluation_usage.additional_properties = d
        return evaluation_usage

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
