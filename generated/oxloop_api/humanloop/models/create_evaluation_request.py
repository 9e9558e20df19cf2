# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.provider_api_keys import ProviderApiKeys


T = TypeVar("T", bound="CreateEvaluationRequest")


@_attrs_define
class CreateEvaluationRequest:
    """What to run, over what, and who judges."""

    config_id: str
    """ The config to run. Its id starts with `config_`. """
    evaluator_ids: list[str]
    """ Who judges the logs. Ids start with `evfn_`. """
    dataset_id: str
    """ The dataset to run over. Its id starts with `evts_`. """
    provider_api_keys: ProviderApiKeys | Unset = UNSET
    """ API keys by provider. """
    hl_generated: bool | Unset = True
    """ Whether the service makes the logs. If false, the caller sends them. """
    name: str | Unset = UNSET
    """ A name to find it by. No two of a project's evaluations share one. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        config_id = self.config_id

        evaluator_ids = self.evaluator_ids

        dataset_id = self.dataset_id

        provider_api_keys: dict[str, Any] | Unset = UNSET
        if not isinstance(self.provider_api_keys, Unset):
            provider_api_keys = self.provider_api_keys.to_dict()

        hl_generated = self.hl_generated

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "config_id": config_id,
                "evaluator_ids": evaluator_ids,
                "dataset_id": dataset_id,
            }
        )
        if provider_api_keys is not UNSET:
            field_dict["provider_api_keys"] = provider_api_keys
        if hl_generated is not UNSET:
            field_dict["hl_generated"] = hl_generated
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.provider_api_keys import ProviderApiKeys  # noqa: PLC0415

        d = dict(src_dict)
        config_id = d.pop("config_id")

        evaluator_ids = cast(list[str], d.pop("evaluator_ids"))

        dataset_id = d.pop("dataset_id")

        _provider_api_keys = d.pop("provider_api_keys", UNSET)
        provider_api_keys: ProviderApiKeys | Unset
        if isinstance(_provider_api_keys, Unset):
            provider_api_keys = UNSET
        else:
            provider_api_keys = ProviderApiKeys.from_dict(_provider_api_keys)

        hl_generated = d.pop("hl_generated", UNSET)

        name = d.pop("name", UNSET)

        create_evaluation_request = cls(
            config_id=config_id,
            evaluator_ids=evaluator_ids,
            dataset_id=dataset_id,
            provider_api_keys=provider_api_keys,
            hl_generated=hl_generated,
            name=name,
        )

        create_evaluation_request.additional_properties = d
        return create_evaluation_request

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
