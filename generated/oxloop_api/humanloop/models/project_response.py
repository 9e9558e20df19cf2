# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.config_type import ConfigType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.evaluator_response import EvaluatorResponse
    from ..models.feedback_type_model import FeedbackTypeModel
    from ..models.project_config_response import ProjectConfigResponse
    from ..models.project_user_response import ProjectUserResponse


T = TypeVar("T", bound="ProjectResponse")


@_attrs_define
class ProjectResponse:
    """The home of configs, logs and evaluations."""

    id: str
    """ The project's id. """
    name: str
    """ The project's name, which no other project has. """
    users: list[ProjectUserResponse]
    """ Who works on the project. """
    data_count: int
    """ How many logs the project has. """
    feedback_types: list[FeedbackTypeModel]
    """ The kinds of feedback that a project's logs may get. """
    team_id: str
    """ The team that the project belongs to. Its id starts with `tm_`. """
    created_at: datetime.datetime
    """ When it was made. """
    updated_at: datetime.datetime
    """ When it last changed. """
    active_config: None | ProjectConfigResponse | Unset = UNSET
    """ The config in use. """
    config_type: ConfigType | None | Unset = UNSET
    active_evaluators: list[EvaluatorResponse] | None | Unset = UNSET
    """ Evaluators that judge every log of the project. """
    directory_id: None | str | Unset = UNSET
    """ The directory that the project is in. Its id starts with `dir_`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.project_config_response import ProjectConfigResponse  # noqa: PLC0415

        id = self.id

        name = self.name

        users = []
        for users_item_data in self.users:
            users_item = users_item_data.to_dict()
            users.append(users_item)

        data_count = self.data_count

        feedback_types = []
        for componentsschemas_feedback_types_item_data in self.feedback_types:
            componentsschemas_feedback_types_item = (
                componentsschemas_feedback_types_item_data.to_dict()
            )
            feedback_types.append(componentsschemas_feedback_types_item)

        team_id = self.team_id

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        active_config: dict[str, Any] | None | Unset
        if isinstance(self.active_config, Unset):
            active_config = UNSET
        elif isinstance(self.active_config, ProjectConfigResponse):
            active_config = self.active_config.to_dict()
        else:
            active_config = self.active_config

        config_type: None | str | Unset
        if isinstance(self.config_type, Unset):
            config_type = UNSET
        elif isinstance(self.config_type, ConfigType):
            config_type = self.config_type.value
        else:
            config_type = self.config_type

        active_evaluators: list[dict[str, Any]] | None | Unset
        if isinstance(self.active_evaluators, Unset):
            active_evaluators = UNSET
        elif isinstance(self.active_evaluators, list):
            active_evaluators = []
            for active_evaluators_type_0_item_data in self.active_evaluators:
                active_evaluators_type_0_item = active_evaluators_type_0_item_data.to_dict()
                active_evaluators.append(active_evaluators_type_0_item)

        else:
            active_evaluators = self.active_evaluators

        directory_id: None | str | Unset
        if isinstance(self.directory_id, Unset):
            directory_id = UNSET
        else:
            directory_id = self.directory_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "users": users,
                "data_count": data_count,
                "feedback_types": feedback_types,
                "team_id": team_id,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if active_config is not UNSET:
            field_dict["active_config"] = active_config
        if config_type is not UNSET:
            field_dict["config_type"] = config_type
        if active_evaluators is not UNSET:
            field_dict["active_evaluators"] = active_evaluators
        if directory_id is not UNSET:
            field_dict["directory_id"] = directory_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evaluator_response import EvaluatorResponse  # noqa: PLC0415
        from ..models.feedback_type_model import FeedbackTypeModel  # noqa: PLC0415
        from ..models.project_config_response import ProjectConfigResponse  # noqa: PLC0415
        from ..models.project_user_response import ProjectUserResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        users = []
        _users = d.pop("users")
        for users_item_data in _users:
            users_item = ProjectUserResponse.from_dict(users_item_data)

            users.append(users_item)

        data_count = d.pop("data_count")

        feedback_types = []
        _feedback_types = d.pop("feedback_types")
        for componentsschemas_feedback_types_item_data in _feedback_types:
            componentsschemas_feedback_types_item = FeedbackTypeModel.from_dict(
                componentsschemas_feedback_types_item_data
            )

            feedback_types.append(componentsschemas_feedback_types_item)

        team_id = d.pop("team_id")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_active_config(data: object) -> None | ProjectConfigResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"active_config cannot be of type {type(data).__name__}")
            active_config_type_0 = ProjectConfigResponse.from_dict(data)

            return active_config_type_0

        active_config = _parse_active_config(d.pop("active_config", UNSET))

        def _parse_config_type(data: object) -> ConfigType | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"config_type cannot be of type {type(data).__name__}")
            config_type_type_0 = ConfigType(data)

            return config_type_type_0

        config_type = _parse_config_type(d.pop("config_type", UNSET))

        def _parse_active_evaluators(data: object) -> list[EvaluatorResponse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"active_evaluators cannot be of type {type(data).__name__}")
            active_evaluators_type_0 = []
            _active_evaluators_type_0 = data
            for active_evaluators_type_0_item_data in _active_evaluators_type_0:
                active_evaluators_type_0_item = EvaluatorResponse.from_dict(
                    active_evaluators_type_0_item_data
                )

                active_evaluators_type_0.append(active_evaluators_type_0_item)

            return active_evaluators_type_0

        active_evaluators = _parse_active_evaluators(d.pop("active_evaluators", UNSET))

        directory_id = cast("None | str | Unset", d.pop("directory_id", UNSET))

        project_response = cls(
            id=id,
            name=name,
            users=users,
            data_count=data_count,
            feedback_types=feedback_types,
            team_id=team_id,
            created_at=created_at,
            updated_at=updated_at,
            active_config=active_config,
            config_type=config_type,
            active_evaluators=active_evaluators,
            directory_id=directory_id,
        )

        project_response.additional_properties = d
        return project_response

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
