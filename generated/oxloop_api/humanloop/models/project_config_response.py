# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_config_response import AgentConfigResponse
    from ..models.evaluator_config_response import EvaluatorConfigResponse
    from ..models.generic_config_response import GenericConfigResponse
    from ..models.model_config_evaluator_aggregate_response import (
        ModelConfigEvaluatorAggregateResponse,
    )
    from ..models.model_config_response import ModelConfigResponse
    from ..models.tool_config_response import ToolConfigResponse


T = TypeVar("T", bound="ProjectConfigResponse")


@_attrs_define
class ProjectConfigResponse:
    """A config as a project has it."""

    project_id: str
    """ The project's id, which starts with `pr_`. """
    project_name: str
    """ The project's name. """
    created_at: datetime.datetime
    """ When the project got it. """
    updated_at: datetime.datetime
    """ When it last changed. """
    last_used: datetime.datetime
    """ When it was last used. """
    config: (
        AgentConfigResponse
        | EvaluatorConfigResponse
        | GenericConfigResponse
        | ModelConfigResponse
        | ToolConfigResponse
    )
    """ A config of any kind; `type` tells which. """
    num_datapoints: int | None | Unset = UNSET
    """ How many logs the project has of this config. """
    evaluation_aggregates: list[ModelConfigEvaluatorAggregateResponse] | None | Unset = UNSET
    """ What evaluators found about the config. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_config_response import AgentConfigResponse  # noqa: PLC0415
        from ..models.evaluator_config_response import EvaluatorConfigResponse  # noqa: PLC0415
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.tool_config_response import ToolConfigResponse  # noqa: PLC0415

        project_id = self.project_id

        project_name = self.project_name

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        last_used = self.last_used.isoformat()

        config: dict[str, Any]
        if isinstance(self.config, ModelConfigResponse):
            config = self.config.to_dict()
        elif isinstance(self.config, ToolConfigResponse):
            config = self.config.to_dict()
        elif isinstance(self.config, EvaluatorConfigResponse):
            config = self.config.to_dict()
        elif isinstance(self.config, AgentConfigResponse):
            config = self.config.to_dict()
        else:
            config = self.config.to_dict()

        num_datapoints: int | None | Unset
        if isinstance(self.num_datapoints, Unset):
            num_datapoints = UNSET
        else:
            num_datapoints = self.num_datapoints

        evaluation_aggregates: list[dict[str, Any]] | None | Unset
        if isinstance(self.evaluation_aggregates, Unset):
            evaluation_aggregates = UNSET
        elif isinstance(self.evaluation_aggregates, list):
            evaluation_aggregates = []
            for evaluation_aggregates_type_0_item_data in self.evaluation_aggregates:
                evaluation_aggregates_type_0_item = evaluation_aggregates_type_0_item_data.to_dict()
                evaluation_aggregates.append(evaluation_aggregates_type_0_item)

        else:
            evaluation_aggregates = self.evaluation_aggregates

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "project_id": project_id,
                "project_name": project_name,
                "created_at": created_at,
                "updated_at": updated_at,
                "last_used": last_used,
                "config": config,
            }
        )
        if num_datapoints is not UNSET:
            field_dict["num_datapoints"] = num_datapoints
        if evaluation_aggregates is not UNSET:
            field_dict["evaluation_aggregates"] = evaluation_aggregates

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_config_response import AgentConfigResponse  # noqa: PLC0415
        from ..models.evaluator_config_response import EvaluatorConfigResponse  # noqa: PLC0415
        from ..models.generic_config_response import GenericConfigResponse  # noqa: PLC0415
        from ..models.model_config_evaluator_aggregate_response import (
            ModelConfigEvaluatorAggregateResponse,  # noqa: PLC0415
        )
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.tool_config_response import ToolConfigResponse  # noqa: PLC0415

        d = dict(src_dict)
        project_id = d.pop("project_id")

        project_name = d.pop("project_name")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        last_used = datetime.datetime.fromisoformat(d.pop("last_used"))

        def _parse_config(
            data: object,
        ) -> (
            AgentConfigResponse
            | EvaluatorConfigResponse
            | GenericConfigResponse
            | ModelConfigResponse
            | ToolConfigResponse
        ):
            if isinstance(data, dict):
                tag = data.get("type")
                if tag in ("model",):
                    try:
                        return ModelConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid ModelConfigResponse: {error!r}"
                        ) from error
                if tag in ("tool",):
                    try:
                        return ToolConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid ToolConfigResponse: {error!r}"
                        ) from error
                if tag in ("evaluator",):
                    try:
                        return EvaluatorConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid EvaluatorConfigResponse: {error!r}"
                        ) from error
                if tag in ("agent",):
                    try:
                        return AgentConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid AgentConfigResponse: {error!r}"
                        ) from error
                if tag in ("generic",):
                    try:
                        return GenericConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid GenericConfigResponse: {error!r}"
                        ) from error
                raise ValueError(f"config: no member has the type {tag!r}")
            raise TypeError(f"config cannot be of type {type(data).__name__}")

        config = _parse_config(d.pop("config"))

        num_datapoints = cast("int | None | Unset", d.pop("num_datapoints", UNSET))

        def _parse_evaluation_aggregates(
            data: object,
        ) -> list[ModelConfigEvaluatorAggregateResponse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"evaluation_aggregates cannot be of type {type(data).__name__}")
            evaluation_aggregates_type_0 = []
            _evaluation_aggregates_type_0 = data
            for evaluation_aggregates_type_0_item_data in _evaluation_aggregates_type_0:
                evaluation_aggregates_type_0_item = ModelConfigEvaluatorAggregateResponse.from_dict(
                    evaluation_aggregates_type_0_item_data
                )

                evaluation_aggregates_type_0.append(evaluation_aggregates_type_0_item)

            return evaluation_aggregates_type_0

        evaluation_aggregates = _parse_evaluation_aggregates(d.pop("evaluation_aggregates", UNSET))

        project_config_response = cls(
            project_id=project_id,
            project_name=project_name,
            created_at=created_at,
            updated_at=updated_at,
            last_used=last_used,
            config=config,
            num_datapoints=num_datapoints,
            evaluation_aggregates=evaluation_aggregates,
        )

        project_config_response.additional_properties = d
        return project_config_response

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
