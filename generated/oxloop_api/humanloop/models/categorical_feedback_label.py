# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.label_sentiment import LabelSentiment

T = TypeVar("T", bound="CategoricalFeedbackLabel")


@_attrs_define
class CategoricalFeedbackLabel:
    """A label of a kind of feedback."""

    value: str
    """ The label. """
    sentiment: LabelSentiment
    """ Whether a label speaks for or against the log. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        value = self.value

        sentiment = self.sentiment.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "value": value,
                "sentiment": sentiment,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        value = d.pop("value")

        sentiment = LabelSentiment(d.pop("sentiment"))

        categorical_feedback_label = cls(
            value=value,
            sentiment=sentiment,
        )

        categorical_feedback_label.additional_properties = d
        return categorical_feedback_label

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
