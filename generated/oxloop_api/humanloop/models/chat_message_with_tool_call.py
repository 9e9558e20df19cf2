# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.chat_role import ChatRole
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.function_tool import FunctionTool
    from ..models.image_chat_content import ImageChatContent
    from ..models.text_chat_content import TextChatContent
    from ..models.tool_call import ToolCall


T = TypeVar("T", bound="ChatMessageWithToolCall")


@_attrs_define
class ChatMessageWithToolCall:
    """A message of a chat."""

    role: ChatRole
    """ Who speaks. """
    content: list[ImageChatContent | TextChatContent] | None | str | Unset = UNSET
    """ The message's text, or its parts. """
    name: None | str | Unset = UNSET
    """ Who wrote it. """
    tool_call_id: None | str | Unset = UNSET
    """ The tool call that the message answers. """
    tool_calls: list[ToolCall] | None | Unset = UNSET
    """ Tools that the assistant wants called. """
    tool_call: FunctionTool | None | Unset = UNSET
    """ One tool that the assistant wants called; see `tool_calls`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.function_tool import FunctionTool  # noqa: PLC0415
        from ..models.text_chat_content import TextChatContent  # noqa: PLC0415

        role = self.role.value

        content: list[dict[str, Any]] | None | str | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        elif isinstance(self.content, list):
            content = []
            for content_type_1_item_data in self.content:
                content_type_1_item: dict[str, Any]
                if isinstance(content_type_1_item_data, TextChatContent):
                    content_type_1_item = content_type_1_item_data.to_dict()
                else:
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

        tool_call: dict[str, Any] | None | Unset
        if isinstance(self.tool_call, Unset):
            tool_call = UNSET
        elif isinstance(self.tool_call, FunctionTool):
            tool_call = self.tool_call.to_dict()
        else:
            tool_call = self.tool_call

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "role": role,
            }
        )
        if content is not UNSET:
            field_dict["content"] = content
        if name is not UNSET:
            field_dict["name"] = name
        if tool_call_id is not UNSET:
            field_dict["tool_call_id"] = tool_call_id
        if tool_calls is not UNSET:
            field_dict["tool_calls"] = tool_calls
        if tool_call is not UNSET:
            field_dict["tool_call"] = tool_call

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.function_tool import FunctionTool  # noqa: PLC0415
        from ..models.image_chat_content import ImageChatContent  # noqa: PLC0415
        from ..models.text_chat_content import TextChatContent  # noqa: PLC0415
        from ..models.tool_call import ToolCall  # noqa: PLC0415

        d = dict(src_dict)
        role = ChatRole(d.pop("role"))

        def _parse_content(
            data: object,
        ) -> list[ImageChatContent | TextChatContent] | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if isinstance(data, list):
                content_type_1 = []
                _content_type_1 = data
                for content_type_1_item_data in _content_type_1:

                    def _parse_content_type_1_item(
                        data: object,
                    ) -> ImageChatContent | TextChatContent:
                        if isinstance(data, dict):
                            tag = data.get("type")
                            if tag in ("text",):
                                try:
                                    return TextChatContent.from_dict(data)
                                except (TypeError, ValueError, AttributeError, KeyError) as error:
                                    raise ValueError(
                                        f"content_type_1_item is no valid TextChatContent: {error!r}"
                                    ) from error
                            if tag in ("image_url",):
                                try:
                                    return ImageChatContent.from_dict(data)
                                except (TypeError, ValueError, AttributeError, KeyError) as error:
                                    raise ValueError(
                                        f"content_type_1_item is no valid ImageChatContent: {error!r}"
                                    ) from error
                            raise ValueError(f"content_type_1_item: no member has the type {tag!r}")
                        raise TypeError(
                            f"content_type_1_item cannot be of type {type(data).__name__}"
                        )

                    content_type_1_item = _parse_content_type_1_item(content_type_1_item_data)

                    content_type_1.append(content_type_1_item)

                return content_type_1
            if isinstance(data, (dict, list)):
                raise TypeError(f"content cannot be of type {type(data).__name__}")
            return cast("list[ImageChatContent | TextChatContent] | None | str | Unset", data)

        content = _parse_content(d.pop("content", UNSET))

        name = cast("None | str | Unset", d.pop("name", UNSET))

        tool_call_id = cast("None | str | Unset", d.pop("tool_call_id", UNSET))

        def _parse_tool_calls(data: object) -> list[ToolCall] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"tool_calls cannot be of type {type(data).__name__}")
            tool_calls_type_0 = []
            _tool_calls_type_0 = data
            for tool_calls_type_0_item_data in _tool_calls_type_0:
                tool_calls_type_0_item = ToolCall.from_dict(tool_calls_type_0_item_data)

                tool_calls_type_0.append(tool_calls_type_0_item)

            return tool_calls_type_0

        tool_calls = _parse_tool_calls(d.pop("tool_calls", UNSET))

        def _parse_tool_call(data: object) -> FunctionTool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"tool_call cannot be of type {type(data).__name__}")
            tool_call_type_0 = FunctionTool.from_dict(data)

            return tool_call_type_0

        tool_call = _parse_tool_call(d.pop("tool_call", UNSET))

        chat_message_with_tool_call = cls(
            role=role,
            content=content,
            name=name,
            tool_call_id=tool_call_id,
            tool_calls=tool_calls,
            tool_call=tool_call,
        )

        chat_message_with_tool_call.additional_properties = d
        return chat_message_with_tool_call

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
