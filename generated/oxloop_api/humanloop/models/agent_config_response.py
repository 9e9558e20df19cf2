# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JsonObject
    from ..models.model_config_request import ModelConfigRequest
    from ..models.tool_config_request import ToolConfigRequest
    from ..models.user_response import UserResponse


T = TypeVar("T", bound="AgentConfigResponse")


@_attrs_define
class AgentConfigResponse:
    """An agent, as a config."""

    id: str
    """ The config's id, which starts with `config_`. """
    type_: Literal["agent"]
    """ Says that this is an agent config. """
    status: str
    """ How far the config is, such as `committed`. """
    name: str
    """ The config's name. """
    agent_class: str
    """ The kind of agent. """
    model_config: ModelConfigRequest
    """ A model with its prompt and parameters, for a completion or a chat. """
    other: JsonObject | None | Unset = UNSET
    """ Further parameters. """
    created_by: None | Unset | UserResponse = UNSET
    """ Who made it. """
    description: None | str | Unset = UNSET
    """ What the config is for. """
    tools: list[ToolConfigRequest] | None | Unset = UNSET
    """ Tools that the agent may call. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        id = self.id

        type_ = self.type_

        status = self.status

        name = self.name

        agent_class = self.agent_class

        model_config = self.model_config.to_dict()

        other: dict[str, Any] | None | Unset
        if isinstance(self.other, Unset):
            other = UNSET
        elif isinstance(self.other, JsonObject):
            other = self.other.to_dict()
        else:
            other = self.other

        created_by: dict[str, Any] | None | Unset
        if isinstance(self.created_by, Unset):
            created_by = UNSET
        elif isinstance(self.created_by, UserResponse):
            created_by = self.created_by.to_dict()
        else:
            created_by = self.created_by

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        tools: list[dict[str, Any]] | None | Unset
        if isinstance(self.tools, Unset):
            tools = UNSET
        elif isinstance(self.tools, list):
            tools = []
            for tools_type_0_item_data in self.tools:
                tools_type_0_item = tools_type_0_item_data.to_dict()
                tools.append(tools_type_0_item)

        else:
            tools = self.tools

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "status": status,
                "name": name,
                "agent_class": agent_class,
                "model_config": model_config,
            }
        )
        if other is not UNSET:
            field_dict["other"] = other
        if created_by is not UNSET:
            field_dict["created_by"] = created_by
        if description is not UNSET:
            field_dict["description"] = description
        if tools is not UNSET:
            field_dict["tools"] = tools

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.model_config_request import ModelConfigRequest  # noqa: PLC0415
        from ..models.tool_config_request import ToolConfigRequest  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        type_ = cast(Literal["agent"], d.pop("type"))
        if type_ != "agent":
            raise ValueError(f"type must match const 'agent', got '{type_}'")

        status = d.pop("status")

        name = d.pop("name")

        agent_class = d.pop("agent_class")

        model_config = ModelConfigRequest.from_dict(d.pop("model_config"))

        def _parse_other(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"other cannot be of type {type(data).__name__}")
            other_type_0 = JsonObject.from_dict(data)

            return other_type_0

        other = _parse_other(d.pop("other", UNSET))

        def _parse_created_by(data: object) -> None | Unset | UserResponse:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"created_by cannot be of type {type(data).__name__}")
            created_by_type_0 = UserResponse.from_dict(data)

            return created_by_type_0

        created_by = _parse_created_by(d.pop("created_by", UNSET))

        description = cast("None | str | Unset", d.pop("description", UNSET))

        def _parse_tools(data: object) -> list[ToolConfigRequest] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"tools cannot be of type {type(data).__name__}")
            tools_type_0 = []
            _tools_type_0 = data
            for tools_type_0_item_data in _tools_type_0:
                tools_type_0_item = ToolConfigRequest.from_dict(tools_type_0_item_data)

                tools_type_0.append(tools_type_0_item)

            return tools_type_0

        tools = _parse_tools(d.pop("tools", UNSET))

        agent_config_response = cls(
            id=id,
            type_=type_,
            status=status,
            name=name,
            agent_class=agent_class,
            model_config=model_config,
            other=other,
            created_by=created_by,
            description=description,
            tools=tools,
        )

        agent_config_response.additional_properties = d
        return agent_config_response

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
