# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.send_provider_api_keys_request_provider_api_keys import (
        SendProviderApiKeysRequestProviderApiKeys,
    )


T = TypeVar("T", bound="SendProviderApiKeysRequest")


@_attrs_define
class SendProviderApiKeysRequest:
    """The keys again."""

    provider_api_keys: SendProviderApiKeysRequestProviderApiKeys
    """ API keys by provider, for providers that the evaluation was created with keys for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        provider_api_keys = self.provider_api_keys.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "provider_api_keys": provider_api_keys,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.send_provider_api_keys_request_provider_api_keys import (
            SendProviderApiKeysRequestProviderApiKeys,  # noqa: PLC0415
        )

        d = dict(src_dict)
        provider_api_keys = SendProviderApiKeysRequestProviderApiKeys.from_dict(
            d.pop("provider_api_keys")
        )

        send_provider_api_keys_request = cls(
            provider_api_keys=provider_api_keys,
        )

        send_provider_api_keys_request.additional_properties = d
        return send_provider_api_keys_request

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
