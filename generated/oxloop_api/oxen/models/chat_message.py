# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.chat_role import ChatRole
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.free_form import FreeForm


T = TypeVar("T", bound="ChatMessage")


@_attrs_define
class ChatMessage:
    """A message of a conversation."""

    role: ChatRole
    """ Whose message it is. """
    content: list[FreeForm] | str
    """ What is said, as a text or in parts. """
    name: None | str | Unset = UNSET
    """ Who says it, where a role has several. """
    tool_call_id: None | str | Unset = UNSET
    """ The call that a tool's message answers. """
    tool_calls: list[FreeForm] | None | Unset = UNSET
    """ The calls that the model had asked for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        role = self.role.value

        content: list[dict[str, Any]] | str
        if isinstance(self.content, list):
            content = []
            for content_type_1_item_data in self.content:
                content_type_1_item = content_type_1_item_data.to_dict()
                content.append(content_type_1_item)

        else:
            content = self.content

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        tool_call_id: None | str | Unset
        if isinstance(self.tool_call_id, Unset):
            tool_call_id = UNSET
        else:
            tool_call_id = self.tool_call_id

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
        field_dict.update(
            {
                "role": role,
                "content": content,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if tool_call_id is not UNSET:
            field_dict["tool_call_id"] = tool_call_id
        if tool_calls is not UNSET:
            field_dict["tool_calls"] = tool_calls

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.free_form import FreeForm  # noqa: PLC0415

        d = dict(src_dict)
        role = ChatRole(d.pop("role"))

        def _parse_content(data: object) -> list[FreeForm] | str:
            if isinstance(data, list):
                content_type_1 = []
                _content_type_1 = data
                for content_type_1_item_data in _content_type_1:
                    content_type_1_item = FreeForm.from_dict(content_type_1_item_data)

                    content_type_1.append(content_type_1_item)

                return content_type_1
            if isinstance(data, (dict, list)):
                raise TypeError(f"content cannot be of type {type(data).__name__}")
            return cast("list[FreeForm] | str", data)

        content = _parse_content(d.pop("content"))

        name = cast("None | str | Unset", d.pop("name", UNSET))

        tool_call_id = cast("None | str | Unset", d.pop("tool_call_id", UNSET))

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

        chat_message = cls(
            role=role,
            content=content,
            name=name,
            tool_call_id=tool_call_id,
            tool_calls=tool_calls,
        )

        chat_message.additional_properties = d
        return chat_message

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
