# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.evaluation_usage import EvaluationUsage


T = TypeVar("T", bound="EvaluationProgress")


@_attrs_define
class EvaluationProgress:
    """How far an evaluation has come."""

    done: int
    """ Datapoints that have a log with a result of each evaluator. """
    total: int
    """ Datapoints of the evaluation. """
    waits_for: None | str | Unset = UNSET
    """ What the evaluation waits for, and what to do: a provider's key, or a model's endpoint that is not there.
    Null while it waits for nothing. """
    usage: EvaluationUsage | Unset = UNSET
    """ What an evaluation has used so far. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        done = self.done

        total = self.total

        waits_for: None | str | Unset
        if isinstance(self.waits_for, Unset):
            waits_for = UNSET
        else:
            waits_for = self.waits_for

        usage: dict[str, Any] | Unset = UNSET
        if not isinstance(self.usage, Unset):
            usage = self.usage.to_dict()

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
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evaluation_usage import EvaluationUsage  # noqa: PLC0415

        d = dict(src_dict)
        done = d.pop("done")

        total = d.pop("total")

        waits_for = cast("None | str | Unset", d.pop("waits_for", UNSET))

        _usage = d.pop("usage", UNSET)
        usage: EvaluationUsage | Unset
        if isinstance(_usage, Unset):
            usage = UNSET
        else:
            usage = EvaluationUsage.from_dict(_usage)

        evaluation_progress = cls(
            done=done,
            total=total,
            waits_for=waits_for,
            usage=usage,
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
