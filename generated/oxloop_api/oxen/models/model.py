# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_endpoint import ModelEndpoint
from ..models.model_tag import ModelTag
from ..models.model_type import ModelType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_capabilities import ModelCapabilities


T = TypeVar("T", bound="Model")


@_attrs_define
class Model:
    """A model that can be called."""

    id: str
    """ The model's name, which is what calls to it use. It is not the uuid that an evaluation takes as `model_id`.
    """
    object_: ModelTag
    """ What this object is. """
    created: int
    """ When it was added, in seconds since 1970. """
    owned_by: str
    """ Whose model it is. """
    display_name: None | str | Unset = UNSET
    """ The model's name as people read it. """
    description: None | str | Unset = UNSET
    """ What the model is good for. """
    summary: None | str | Unset = UNSET
    """ The same in a sentence. """
    model_type: ModelType | None | Unset = UNSET
    endpoint: ModelEndpoint | None | Unset = UNSET
    """ Path of the call that runs it. """
    capabilities: ModelCapabilities | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_capabilities import ModelCapabilities  # noqa: PLC0415

        id = self.id

        object_ = self.object_.value

        created = self.created

        owned_by = self.owned_by

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

        summary: None | str | Unset
        if isinstance(self.summary, Unset):
            summary = UNSET
        else:
            summary = self.summary

        model_type: None | str | Unset
        if isinstance(self.model_type, Unset):
            model_type = UNSET
        elif isinstance(self.model_type, ModelType):
            model_type = self.model_type.value
        else:
            model_type = self.model_type

        endpoint: None | str | Unset
        if isinstance(self.endpoint, Unset):
            endpoint = UNSET
        elif isinstance(self.endpoint, ModelEndpoint):
            endpoint = self.endpoint.value
        else:
            endpoint = self.endpoint

        capabilities: dict[str, Any] | None | Unset
        if isinstance(self.capabilities, Unset):
            capabilities = UNSET
        elif isinstance(self.capabilities, ModelCapabilities):
            capabilities = self.capabilities.to_dict()
        else:
            capabilities = self.capabilities

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "created": created,
                "owned_by": owned_by,
            }
        )
        if display_name is not UNSET:
            field_dict["display_name"] = display_name
        if description is not UNSET:
            field_dict["description"] = description
        if summary is not UNSET:
            field_dict["summary"] = summary
        if model_type is not UNSET:
            field_dict["model_type"] = model_type
        if endpoint is not UNSET:
            field_dict["endpoint"] = endpoint
        if capabilities is not UNSET:
            field_dict["capabilities"] = capabilities

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_capabilities import ModelCapabilities  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = ModelTag(d.pop("object"))

        created = d.pop("created")

        owned_by = d.pop("owned_by")

        display_name = cast("None | str | Unset", d.pop("display_name", UNSET))

        description = cast("None | str | Unset", d.pop("description", UNSET))

        summary = cast("None | str | Unset", d.pop("summary", UNSET))

        def _parse_model_type(data: object) -> ModelType | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"model_type cannot be of type {type(data).__name__}")
            model_type_type_0 = ModelType(data)

            return model_type_type_0

        model_type = _parse_model_type(d.pop("model_type", UNSET))

        def _parse_endpoint(data: object) -> ModelEndpoint | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"endpoint cannot be of type {type(data).__name__}")
            endpoint_type_0 = ModelEndpoint(data)

            return endpoint_type_0

        endpoint = _parse_endpoint(d.pop("endpoint", UNSET))

        def _parse_capabilities(data: object) -> ModelCapabilities | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"capabilities cannot be of type {type(data).__name__}")
            capabilities_type_0 = ModelCapabilities.from_dict(data)

            return capabilities_type_0

        capabilities = _parse_capabilities(d.pop("capabilities", UNSET))

        model = cls(
            id=id,
            object_=object_,
            created=created,
            owned_by=owned_by,
            display_name=display_name,
            description=description,
            summary=summary,
            model_type=model_type,
            endpoint=endpoint,
            capabilities=capabilities,
        )

        model.additional_properties = d
        return model

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
