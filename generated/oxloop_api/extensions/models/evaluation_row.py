# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.row_status import RowStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="EvaluationRow")


@_attrs_define
class EvaluationRow:
    """A row that an evaluation runs."""

    row: int
    """ The row's place in the file, from 0. """
    status: RowStatus
    """ Where a row stands. The last two are final; a pending row of a run that has ended was not asked. """
    output: None | str
    """ The model's answer, once the row is done. """
    error: None | str
    """ Why the row failed. """
    duration: float | None
    """ Seconds from the call to the answer, with all attempts. """
    prompt_tokens: int | None
    """ Tokens that went into the model, if it tells. """
    completion_tokens: int | None
    """ Tokens that came out of it, if it tells. """
    cost: float | None | Unset = UNSET
    """ What the call cost, by the price of the model. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        row = self.row

        status = self.status.value

        output: None | str
        output = self.output

        error: None | str
        error = self.error

        duration: float | None
        duration = self.duration

        prompt_tokens: int | None
        prompt_tokens = self.prompt_tokens

        completion_tokens: int | None
        completion_tokens = self.completion_tokens

        cost: float | None | Unset
        if isinstance(self.cost, Unset):
            cost = UNSET
        else:
            cost = self.cost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "row": row,
                "status": status,
                "output": output,
                "error": error,
                "duration": duration,
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
            }
        )
        if cost is not UNSET:
            field_dict["cost"] = cost

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        row = d.pop("row")

        status = RowStatus(d.pop("status"))

        output = cast("None | str", d.pop("output"))

        error = cast("None | str", d.pop("error"))

        duration = cast("float | None", d.pop("duration"))

        prompt_tokens = cast("int | None", d.pop("prompt_tokens"))

        completion_tokens = cast("int | None", d.pop("completion_tokens"))

        cost = cast("float | None | Unset", d.pop("cost", UNSET))

        evaluation_row = cls(
            row=row,
            status=status,
            output=output,
            error=error,
            duration=duration,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cost=cost,
        )

        evaluation_row.additional_properties = d
        return evaluation_row

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
