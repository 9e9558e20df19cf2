# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CommitEvaluationRequest")


@_attrs_define
class CommitEvaluationRequest:
    """Where the answers go, if not where the evaluation said."""

    target_branch: str | Unset = UNSET
    """ Branch to commit to. One that is not there is made from the commit that was read. """
    target_path: str | Unset = UNSET
    """ Path of the file with the answers. """
    commit_message: str | Unset = UNSET
    """ Message of the commit. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        target_branch = self.target_branch

        target_path = self.target_path

        commit_message = self.commit_message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if target_branch is not UNSET:
            field_dict["target_branch"] = target_branch
        if target_path is not UNSET:
            field_dict["target_path"] = target_path
        if commit_message is not UNSET:
            field_dict["commit_message"] = commit_message

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        target_branch = d.pop("target_branch", UNSET)

        target_path = d.pop("target_path", UNSET)

        commit_message = d.pop("commit_message", UNSET)

        commit_evaluation_request = cls(
            target_branch=target_branch,
            target_path=target_path,
            commit_message=commit_message,
        )

        commit_evaluation_request.additional_properties = d
        return commit_evaluation_request

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
