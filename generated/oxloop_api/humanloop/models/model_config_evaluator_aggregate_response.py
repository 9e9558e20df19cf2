# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelConfigEvaluatorAggregateResponse")


@_attrs_define
class ModelConfigEvaluatorAggregateResponse:
    """What one evaluator found about one config, as one number."""

    model_config_id: str
    """ The config that was judged. """
    evaluator_id: str
    """ Who judged. """
    evaluator_version_id: str
    """ Which version of the evaluator judged. """
    aggregate_value: float | None | Unset = UNSET
    """ The mean of numbers, the share of true among booleans; nothing for text or where there is no result yet. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model_config_id = self.model_config_id

        evaluator_id = self.evaluator_id

        evaluator_version_id = self.evaluator_version_id

        aggregate_value: float | None | Unset
        if isinstance(self.aggregate_value, Unset):
            aggregate_value = UNSET
        else:
            aggregate_value = self.aggregate_value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model_config_id": model_config_id,
                "evaluator_id": evaluator_id,
                "evaluator_version_id": evaluator_version_id,
            }
        )
        if aggregate_value is not UNSET:
            field_dict["aggregate_value"] = aggregate_value

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        model_config_id = d.pop("model_config_id")

        evaluator_id = d.pop("evaluator_id")

        evaluator_version_id = d.pop("evaluator_version_id")

        aggregate_value = cast("float | None | Unset", d.pop("aggregate_value", UNSET))

        model_config_evaluator_aggregate_response = cls(
            model_config_id=model_config_id,
            evaluator_id=evaluator_id,
            evaluator_version_id=evaluator_version_id,
            aggregate_value=aggregate_value,
        )

        model_config_evaluator_aggregate_response.additional_properties = d
        return model_config_evaluator_aggregate_response

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
