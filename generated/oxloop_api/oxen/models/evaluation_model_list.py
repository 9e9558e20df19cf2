# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.evaluation_model import EvaluationModel


T = TypeVar("T", bound="EvaluationModelList")


@_attrs_define
class EvaluationModelList:
    """Models that evaluations can run."""

    models: list[EvaluationModel] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        models: list[dict[str, Any]] | None | Unset
        if isinstance(self.models, Unset):
            models = UNSET
        elif isinstance(self.models, list):
            models = []
            for models_type_0_item_data in self.models:
                models_type_0_item = models_type_0_item_data.to_dict()
                models.append(models_type_0_item)

        else:
            models = self.models

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if models is not UNSET:
            field_dict["models"] = models

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evaluation_model import EvaluationModel  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_models(data: object) -> list[EvaluationModel] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"models cannot be of type {type(data).__name__}")
            models_type_0 = []
            _models_type_0 = data
            for models_type_0_item_data in _models_type_0:
                models_type_0_item = EvaluationModel.from_dict(models_type_0_item_data)

                models_type_0.append(models_type_0_item)

            return models_type_0

        models = _parse_models(d.pop("models", UNSET))

        evaluation_model_list = cls(
            models=models,
        )

        evaluation_model_list.additional_properties = d
        return evaluation_model_list

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
