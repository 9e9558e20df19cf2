# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_answer import ChatAnswer


T = TypeVar("T", bound="ChatChoice")


@_attrs_define
class ChatChoice:
    """One answer."""

    index: int | None | Unset = UNSET
    """ Its number, from 0. """
    message: ChatAnswer | None | Unset = UNSET
    finish_reason: None | str | Unset = UNSET
    """ Why it ends there: `stop`, `length` for too few tokens, `tool_calls` … """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.chat_answer import ChatAnswer  # noqa: PLC0415

        index: int | None | Unset
        if isinstance(self.index, Unset):
            index = UNSET
        else:
            index = self.index

        message: dict[str, Any] | None | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        elif isinstance(self.message, ChatAnswer):
            message = self.message.to_dict()
        else:
            message = self.message

        finish_reason: None | str | Unset
        if isinstance(self.finish_reason, Unset):
            finish_reason = UNSET
        else:
            finish_reason = self.finish_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if index is not UNSET:
            field_dict["index"] = index
        if message is not UNSET:
            field_dict["message"] = message
        if finish_reason is not UNSET:
            field_dict["finish_reason"] = finish_reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_answer import ChatAnswer  # noqa: PLC0415

        d = dict(src_dict)
        index = cast("int | None | Unset", d.pop("index", UNSET))

        def _parse_message(data: object) -> ChatAnswer | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"message cannot be of type {type(data).__name__}")
            message_type_0 = ChatAnswer.from_dict(data)

            return message_type_0

        message = _parse_message(d.pop("message", UNSET))

        finish_reason = cast("None | str | Unset", d.pop("finish_reason", UNSET))

        chat_choice = cls(
            index=index,
            message=message,
            finish_reason=finish_reason,
        )

        chat_choice.additional_properties = d
        return chat_choice

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
