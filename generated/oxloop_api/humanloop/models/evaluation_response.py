# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluation_status import EvaluationStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_config_response import AgentConfigResponse
    from ..models.dataset_response import DatasetResponse
    from ..models.evaluator_config_response import EvaluatorConfigResponse
    from ..models.evaluator_response import EvaluatorResponse
    from ..models.generic_config_response import GenericConfigResponse
    from ..models.model_config_evaluator_aggregate_response import (
        ModelConfigEvaluatorAggregateResponse,
    )
    from ..models.model_config_response import ModelConfigResponse
    from ..models.tool_config_response import ToolConfigResponse


T = TypeVar("T", bound="EvaluationResponse")


@_attrs_define
class EvaluationResponse:
    """A run of a config over a dataset."""

    id: str
    """ The evaluation's id, which starts with `ev_`. """
    status: EvaluationStatus
    """ Where an evaluation stands. """
    config: (
        AgentConfigResponse
        | EvaluatorConfigResponse
        | GenericConfigResponse
        | ModelConfigResponse
        | ToolConfigResponse
    )
    """ A config of any kind; `type` tells which. """
    created_at: datetime.datetime
    """ When it was made. """
    updated_at: datetime.datetime
    """ When it last changed. """
    evaluators: list[EvaluatorResponse]
    dataset: DatasetResponse
    """ A named collection of datapoints. """
    dataset_version_id: str
    """ The version of the dataset that the evaluation runs over. """
    dataset_snapshot: DatasetResponse | None | Unset = UNSET
    """ The dataset as it was when the evaluation was made. """
    evaluator_aggregates: list[ModelConfigEvaluatorAggregateResponse] | None | Unset = UNSET
    """ One value for each evaluator, answered when the request asks for it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_config_response import AgentConfigResponse  # noqa: PLC0415
        from ..models.dataset_response import DatasetResponse  # noqa: PLC0415
        from ..models.evaluator_config_response import EvaluatorConfigResponse  # noqa: PLC0415
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.tool_config_response import ToolConfigResponse  # noqa: PLC0415

        id = self.id

        status = self.status.value

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

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        evaluators = []
        for evaluators_item_data in self.evaluators:
            evaluators_item = evaluators_item_data.to_dict()
            evaluators.append(evaluators_item)

        dataset = self.dataset.to_dict()

        dataset_version_id = self.dataset_version_id

        dataset_snapshot: dict[str, Any] | None | Unset
        if isinstance(self.dataset_snapshot, Unset):
            dataset_snapshot = UNSET
        elif isinstance(self.dataset_snapshot, DatasetResponse):
            dataset_snapshot = self.dataset_snapshot.to_dict()
        else:
            dataset_snapshot = self.dataset_snapshot

        evaluator_aggregates: list[dict[str, Any]] | None | Unset
        if isinstance(self.evaluator_aggregates, Unset):
            evaluator_aggregates = UNSET
        elif isinstance(self.evaluator_aggregates, list):
            evaluator_aggregates = []
            for evaluator_aggregates_type_0_item_data in self.evaluator_aggregates:
                evaluator_aggregates_type_0_item = evaluator_aggregates_type_0_item_data.to_dict()
                evaluator_aggregates.append(evaluator_aggregates_type_0_item)

        else:
            evaluator_aggregates = self.evaluator_aggregates

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
                "config": config,
                "created_at": created_at,
                "updated_at": updated_at,
                "evaluators": evaluators,
                "dataset": dataset,
                "dataset_version_id": dataset_version_id,
            }
        )
        if dataset_snapshot is not UNSET:
            field_dict["dataset_snapshot"] = dataset_snapshot
        if evaluator_aggregates is not UNSET:
            field_dict["evaluator_aggregates"] = evaluator_aggregates

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_config_response import AgentConfigResponse  # noqa: PLC0415
        from ..models.dataset_response import DatasetResponse  # noqa: PLC0415
        from ..models.evaluator_config_response import EvaluatorConfigResponse  # noqa: PLC0415
        from ..models.evaluator_response import EvaluatorResponse  # noqa: PLC0415
        from ..models.generic_config_response import GenericConfigResponse  # noqa: PLC0415
        from ..models.model_config_evaluator_aggregate_response import (
            ModelConfigEvaluatorAggregateResponse,  # noqa: PLC0415
        )
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.tool_config_response import ToolConfigResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = EvaluationStatus(d.pop("status"))

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

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        evaluators = []
        _evaluators = d.pop("evaluators")
        for evaluators_item_data in _evaluators:
            evaluators_item = EvaluatorResponse.from_dict(evaluators_item_data)

            evaluators.append(evaluators_item)

        dataset = DatasetResponse.from_dict(d.pop("dataset"))

        dataset_version_id = d.pop("dataset_version_id")

        def _parse_dataset_snapshot(data: object) -> DatasetResponse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"dataset_snapshot cannot be of type {type(data).__name__}")
            dataset_snapshot_type_0 = DatasetResponse.from_dict(data)

            return dataset_snapshot_type_0

        dataset_snapshot = _parse_dataset_snapshot(d.pop("dataset_snapshot", UNSET))

        def _parse_evaluator_aggregates(
            data: object,
        ) -> list[ModelConfigEvaluatorAggregateResponse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"evaluator_aggregates cannot be of type {type(data).__name__}")
            evaluator_aggregates_type_0 = []
            _evaluator_aggregates_type_0 = data
            for evaluator_aggregates_type_0_item_data in _evaluator_aggregates_type_0:
                evaluator_aggregates_type_0_item = ModelConfigEvaluatorAggregateResponse.from_dict(
                    evaluator_aggregates_type_0_item_data
                )

                evaluator_aggregates_type_0.append(evaluator_aggregates_type_0_item)

            return evaluator_aggregates_type_0

        evaluator_aggregates = _parse_evaluator_aggregates(d.pop("evaluator_aggregates", UNSET))

        evaluation_response = cls(
            id=id,
            status=status,
            config=config,
            created_at=created_at,
            updated_at=updated_at,
            evaluators=evaluators,
            dataset=dataset,
            dataset_version_id=dataset_version_id,
            dataset_snapshot=dataset_snapshot,
            evaluator_aggregates=evaluator_aggregates,
        )

        evaluation_response.additional_properties = d
        return evaluation_response

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
