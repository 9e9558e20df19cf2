# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.free_form import FreeForm


T = TypeVar("T", bound="ChatAnswer")


@_attrs_define
class ChatAnswer:
    """What the model says."""

    role: None | str | Unset = UNSET
    """ Always `assistant`. """
    content: None | str | Unset = UNSET
    """ The text; null if the model asks for calls only. """
    tool_calls: list[FreeForm] | None | Unset = UNSET
    """ The calls that it asks for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        else:
            role = self.role

        content: None | str | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        else:
            content = self.content

        tool_calls: list[dict[str, Any]] | None | Unset
        if isinstance(self.tool_calls, Unset):
            tool_calls = UNSET
        elif isinstance(self.tool_calls, list):
            tool_calls = []
            for tool_calls_type_0_item_data in self.tool_calls:
                tool_calls_type_0_item = tool_calls_type_0_item_data.to_dict()
                tool_calls.append(tool_calls_type_0_item)

        else:
            tool_calls = self.tool_calls

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if role is not UNSET:
            field_dict["role"] = role
        if content is not UNSET:
            field_dict["content"] = content
        if tool_calls is not UNSET:
            field_dict["tool_calls"] = tool_calls

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.free_form import FreeForm  # noqa: PLC0415

        d = dict(src_dict)
        role = cast("None | str | Unset", d.pop("role", UNSET))

        content = cast("None | str | Unset", d.pop("content", UNSET))

        def _parse_tool_calls(data: object) -> list[FreeForm] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"tool_calls cannot be of type {type(data).__name__}")
            tool_calls_type_0 = []
            _tool_calls_type_0 = data
            for tool_calls_type_0_item_data in _tool_calls_type_0:
                tool_calls_type_0_item = FreeForm.from_dict(tool_calls_type_0_item_data)

                tool_calls_type_0.append(tool_calls_type_0_item)

            return tool_calls_type_0

        tool_calls = _parse_tool_calls(d.pop("tool_calls", UNSET))

        chat_answer = cls(
            role=role,
            content=content,
            tool_calls=tool_calls,
        )

        chat_answer.additional_properties = d
        return chat_answer

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
