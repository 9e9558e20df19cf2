# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AddEvaluatorsRequest")


@_attrs_define
class AddEvaluatorsRequest:
    """The evaluators to add, by their ids or those of their versions."""

    evaluator_ids: list[str] | Unset = UNSET
    """ Ids of evaluators, which start with `evfn_`. """
    evaluator_version_ids: list[str] | Unset = UNSET
    """ Ids of versions of evaluators, which start with `evv_`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        evaluator_ids: list[str] | Unset = UNSET
        if not isinstance(self.evaluator_ids, Unset):
            evaluator_ids = self.evaluator_ids

        evaluator_version_ids: list[str] | Unset = UNSET
        if not isinstance(self.evaluator_version_ids, Unset):
            evaluator_version_ids = self.evaluator_version_ids

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if evaluator_ids is not UNSET:
            field_dict["evaluator_ids"] = evaluator_ids
        if evaluator_version_ids is not UNSET:
            field_dict["evaluator_version_ids"] = evaluator_version_ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        evaluator_ids = cast(list[str], d.pop("evaluator_ids", UNSET))

        evaluator_version_ids = cast(list[str], d.pop("evaluator_version_ids", UNSET))

        add_evaluators_request = cls(
            evaluator_ids=evaluator_ids,
            evaluator_version_ids=evaluator_version_ids,
        )

        add_evaluators_request.additional_properties = d
        return add_evaluators_request

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
