# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ProviderApiKeys")


@_attrs_define
class ProviderApiKeys:
    """API keys by provider."""

    openai: str | Unset = UNSET
    """ Key for OpenAI. """
    ai21: str | Unset = UNSET
    """ Key for AI21. """
    mock: str | Unset = UNSET
    """ Key for the provider that answers without a model. """
    anthropic: str | Unset = UNSET
    """ Key for Anthropic. """
    bedrock: str | Unset = UNSET
    """ Key for Amazon Bedrock. """
    cohere: str | Unset = UNSET
    """ Key for Cohere. """
    openai_azure: str | Unset = UNSET
    """ Key for OpenAI's models on Azure. """
    openai_azure_endpoint: str | Unset = UNSET
    """ Address of the Azure deployment. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        openai = self.openai

        ai21 = self.ai21

        mock = self.mock

        anthropic = self.anthropic

        bedrock = self.bedrock

        cohere = self.cohere

        openai_azure = self.openai_azure

        openai_azure_endpoint = self.openai_azure_endpoint

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if openai is not UNSET:
            field_dict["openai"] = openai
        if ai21 is not UNSET:
            field_dict["ai21"] = ai21
        if mock is not UNSET:
            field_dict["mock"] = mock
        if anthropic is not UNSET:
            field_dict["anthropic"] = anthropic
        if bedrock is not UNSET:
            field_dict["bedrock"] = bedrock
        if cohere is not UNSET:
            field_dict["cohere"] = cohere
        if openai_azure is not UNSET:
            field_dict["openai_azure"] = openai_azure
        if openai_azure_endpoint is not UNSET:
            field_dict["openai_azure_endpoint"] = openai_azure_endpoint

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        openai = d.pop("openai", UNSET)

        ai21 = d.pop("ai21", UNSET)

        mock = d.pop("mock", UNSET)

        anthropic = d.pop("anthropic", UNSET)

        bedrock = d.pop("bedrock", UNSET)

        cohere = d.pop("cohere", UNSET)

        openai_azure = d.pop("openai_azure", UNSET)

        openai_azure_endpoint = d.pop("openai_azure_endpoint", UNSET)

        provider_api_keys = cls(
            openai=openai,
            ai21=ai21,
            mock=mock,
            anthropic=anthropic,
            bedrock=bedrock,
            cohere=cohere,
            openai_azure=openai_azure,
            openai_azure_endpoint=openai_azure_endpoint,
        )

        provider_api_keys.additional_properties = d
        return provider_api_keys

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
