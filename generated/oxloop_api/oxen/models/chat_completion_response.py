# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.chat_completion_tag import ChatCompletionTag
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_choice import ChatChoice
    from ..models.chat_usage import ChatUsage


T = TypeVar("T", bound="ChatCompletionResponse")


@_attrs_define
class ChatCompletionResponse:
    """A model's answer."""

    id: None | str | Unset = UNSET
    """ The answer's id. """
    object_: ChatCompletionTag | None | Unset = UNSET
    created: int | None | Unset = UNSET
    """ When, in seconds since 1970. """
    model: None | str | Unset = UNSET
    """ The name of the model that answered. """
    choices: list[ChatChoice] | None | Unset = UNSET
    """ The answer; more than one if the model was asked for more. """
    usage: ChatUsage | None | Unset = UNSET
    """ What was read and written; null if the model does not tell. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.chat_usage import ChatUsage  # noqa: PLC0415

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        object_: None | str | Unset
        if isinstance(self.object_, Unset):
            object_ = UNSET
        elif isinstance(self.object_, ChatCompletionTag):
            object_ = self.object_.value
        else:
            object_ = self.object_

        created: int | None | Unset
        if isinstance(self.created, Unset):
            created = UNSET
        else:
            created = self.created

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        choices: list[dict[str, Any]] | None | Unset
        if isinstance(self.choices, Unset):
            choices = UNSET
        elif isinstance(self.choices, list):
            choices = []
            for choices_type_0_item_data in self.choices:
                choices_type_0_item = choices_type_0_item_data.to_dict()
                choices.append(choices_type_0_item)

        else:
            choices = self.choices

        usage: dict[str, Any] | None | Unset
        if isinstance(self.usage, Unset):
            usage = UNSET
        elif isinstance(self.usage, ChatUsage):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if object_ is not UNSET:
            field_dict["object"] = object_
        if created is not UNSET:
            field_dict["created"] = created
        if model is not UNSET:
            field_dict["model"] = model
        if choices is not UNSET:
            field_dict["choices"] = choices
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_choice import ChatChoice  # noqa: PLC0415
        from ..models.chat_usage import ChatUsage  # noqa: PLC0415

        d = dict(src_dict)
        id = cast("None | str | Unset", d.pop("id", UNSET))

        def _parse_object_(data: object) -> ChatCompletionTag | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"object_ cannot be of type {type(data).__name__}")
            object_type_0 = ChatCompletionTag(data)

            return object_type_0

        object_ = _parse_object_(d.pop("object", UNSET))

        created = cast("int | None | Unset", d.pop("created", UNSET))

        model = cast("None | str | Unset", d.pop("model", UNSET))

        def _parse_choices(data: object) -> list[ChatChoice] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"choices cannot be of type {type(data).__name__}")
            choices_type_0 = []
            _choices_type_0 = data
            for choices_type_0_item_data in _choices_type_0:
                choices_type_0_item = ChatChoice.from_dict(choices_type_0_item_data)

                choices_type_0.append(choices_type_0_item)

            return choices_type_0

        choices = _parse_choices(d.pop("choices", UNSET))

        def _parse_usage(data: object) -> ChatUsage | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"usage cannot be of type {type(data).__name__}")
            usage_type_0 = ChatUsage.from_dict(data)

            return usage_type_0

        usage = _parse_usage(d.pop("usage", UNSET))

        chat_completion_response = cls(
            id=id,
            object_=object_,
            created=created,
            model=model,
            choices=choices,
            usage=usage,
        )

        chat_completion_response.additional_properties = d
        return chat_completion_response

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
