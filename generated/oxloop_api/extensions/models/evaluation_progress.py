# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EvaluationProgress")


@_attrs_define
class EvaluationProgress:
    """How far an evaluation has come."""

    done: int
    """ Datapoints that have a log with a result of each evaluator. """
    total: int
    """ Datapoints of the evaluation. """
    waits_for: None | str | Unset = UNSET
    """ Which provider's key the evaluation waits for, and what to do; null while it waits for none. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        done = self.done

        total = self.total

        waits_for: None | str | Unset
        if isinstance(self.waits_for, Unset):
            waits_for = UNSET
        else:
            waits_for = self.waits_for

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "done": done,
                "total": total,
            }
        )
        if waits_for is not UNSET:
            field_dict["waits_for"] = waits_for

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        done = d.pop("done")

        total = d.pop("total")

        waits_for = cast("None | str | Unset", d.pop("waits_for", UNSET))

        evaluation_progress = cls(
            done=done,
            total=total,
            waits_for=waits_for,
        )

        evaluation_progress.additional_properties = d
        return evaluation_progress

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
