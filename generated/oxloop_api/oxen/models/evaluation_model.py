# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EvaluationModel")


@_attrs_define
class EvaluationModel:
    """A model as evaluations show it."""

    id: None | str | Unset = UNSET
    """ Most likely the uuid that create takes as `model_id`; nothing public proves it. """
    name: None | str | Unset = UNSET
    """ The model's name. """
    display_name: None | str | Unset = UNSET
    """ The model's name as people read it. """
    description: None | str | Unset = UNSET
    """ What the model is good for. """
    can_run_inference: bool | None | Unset = UNSET
    """ Whether an evaluation can run it now. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        display_name: None | str | Unset
        if isinstance(self.display_name, Unset):
            display_name = UNSET
        else:
            display_name = self.display_name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        can_run_inference: bool | None | Unset
        if isinstance(self.can_run_inference, Unset):
            can_run_inference = UNSET
        else:
            can_run_inference = self.can_run_inference

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if name is not UNSET:
            field_dict["name"] = name
        if display_name is not UNSET:
            field_dict["display_name"] = display_name
        if description is not UNSET:
            field_dict["description"] = description
        if can_run_inference is not UNSET:
            field_dict["can_run_inference"] = can_run_inference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = cast("None | str | Unset", d.pop("id", UNSET))

        name = cast("None | str | Unset", d.pop("name", UNSET))

        display_name = cast("None | str | Unset", d.pop("display_name", UNSET))

        description = cast("None | str | Unset", d.pop("description", UNSET))

        can_run_inference = cast("bool | None | Unset", d.pop("can_run_inference", UNSET))

        evaluation_model = cls(
            id=id,
            name=name,
            display_name=display_name,
            description=description,
            can_run_inference=can_run_inference,
        )

        evaluation_model.additional_properties = d
        return evaluation_model

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
