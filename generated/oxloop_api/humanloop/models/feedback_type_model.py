# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.feedback_type import FeedbackType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.categorical_feedback_label import CategoricalFeedbackLabel


T = TypeVar("T", bound="FeedbackTypeModel")


@_attrs_define
class FeedbackTypeModel:
    """A kind of feedback."""

    type_: FeedbackType | str
    """ One of the usual kinds, or one that the project made up. """
    values: list[CategoricalFeedbackLabel] | None | Unset = UNSET
    """ The labels to choose from; nothing for free text. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str
        if isinstance(self.type_, FeedbackType):
            type_ = self.type_.value
        else:
            type_ = self.type_

        values: list[dict[str, Any]] | None | Unset
        if isinstance(self.values, Unset):
            values = UNSET
        elif isinstance(self.values, list):
            values = []
            for values_type_0_item_data in self.values:
                values_type_0_item = values_type_0_item_data.to_dict()
                values.append(values_type_0_item)

        else:
            values = self.values

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if values is not UNSET:
            field_dict["values"] = values

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.categorical_feedback_label import CategoricalFeedbackLabel  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_type_(data: object) -> FeedbackType | str:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = FeedbackType(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if isinstance(data, (dict, list)):
                raise TypeError(f"type_ cannot be of type {type(data).__name__}")
            return cast("FeedbackType | str", data)

        type_ = _parse_type_(d.pop("type"))

        def _parse_values(data: object) -> list[CategoricalFeedbackLabel] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"values cannot be of type {type(data).__name__}")
            values_type_0 = []
            _values_type_0 = data
            for values_type_0_item_data in _values_type_0:
                values_type_0_item = CategoricalFeedbackLabel.from_dict(values_type_0_item_data)

                values_type_0.append(values_type_0_item)

            return values_type_0

        values = _parse_values(d.pop("values", UNSET))

        feedback_type_model = cls(
            type_=type_,
            values=values,
        )

        feedback_type_model.additional_properties = d
        return feedback_type_model

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
