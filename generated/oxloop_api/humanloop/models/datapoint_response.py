# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_message_with_tool_call import ChatMessageWithToolCall
    from ..models.datapoint_inputs import DatapointInputs
    from ..models.datapoint_target import DatapointTarget


T = TypeVar("T", bound="DatapointResponse")


@_attrs_define
class DatapointResponse:
    """Inputs, messages and the target of one case."""

    id: str
    """ The datapoint's id. """
    dataset_id: None | str | Unset = UNSET
    """ The dataset that it belongs to. """
    inputs: DatapointInputs | None | Unset = UNSET
    messages: list[ChatMessageWithToolCall] | None | Unset = UNSET
    target: DatapointTarget | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.datapoint_inputs import DatapointInputs  # noqa: PLC0415
        from ..models.datapoint_target import DatapointTarget  # noqa: PLC0415

        id = self.id

        dataset_id: None | str | Unset
        if isinstance(self.dataset_id, Unset):
            dataset_id = UNSET
        else:
            dataset_id = self.dataset_id

        inputs: dict[str, Any] | None | Unset
        if isinstance(self.inputs, Unset):
            inputs = UNSET
        elif isinstance(self.inputs, DatapointInputs):
            inputs = self.inputs.to_dict()
        else:
            inputs = self.inputs

        messages: list[dict[str, Any]] | None | Unset
        if isinstance(self.messages, Unset):
            messages = UNSET
        elif isinstance(self.messages, list):
            messages = []
            for messages_type_0_item_data in self.messages:
                messages_type_0_item = messages_type_0_item_data.to_dict()
                messages.append(messages_type_0_item)

        else:
            messages = self.messages

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, DatapointTarget):
            target = self.target.to_dict()
        else:
            target = self.target

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if dataset_id is not UNSET:
            field_dict["dataset_id"] = dataset_id
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if messages is not UNSET:
            field_dict["messages"] = messages
        if target is not UNSET:
            field_dict["target"] = target

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message_with_tool_call import ChatMessageWithToolCall  # noqa: PLC0415
        from ..models.datapoint_inputs import DatapointInputs  # noqa: PLC0415
        from ..models.datapoint_target import DatapointTarget  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        dataset_id = cast("None | str | Unset", d.pop("dataset_id", UNSET))

        def _parse_inputs(data: object) -> DatapointInputs | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"inputs cannot be of type {type(data).__name__}")
            inputs_type_0 = DatapointInputs.from_dict(data)

            return inputs_type_0

        inputs = _parse_inputs(d.pop("inputs", UNSET))

        def _parse_messages(data: object) -> list[ChatMessageWithToolCall] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"messages cannot be of type {type(data).__name__}")
            messages_type_0 = []
            _messages_type_0 = data
            for messages_type_0_item_data in _messages_type_0:
                messages_type_0_item = ChatMessageWithToolCall.from_dict(messages_type_0_item_data)

                messages_type_0.append(messages_type_0_item)

            return messages_type_0

        messages = _parse_messages(d.pop("messages", UNSET))

        def _parse_target(data: object) -> DatapointTarget | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"target cannot be of type {type(data).__name__}")
            target_type_0 = DatapointTarget.from_dict(data)

            return target_type_0

        target = _parse_target(d.pop("target", UNSET))

        datapoint_response = cls(
            id=id,
            dataset_id=dataset_id,
            inputs=inputs,
            messages=messages,
            target=target,
        )

        datapoint_response.additional_properties = d
        return datapoint_response

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
