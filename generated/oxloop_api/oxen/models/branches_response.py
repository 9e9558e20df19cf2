# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.branch import Branch


T = TypeVar("T", bound="BranchesResponse")


@_attrs_define
class BranchesResponse:
    """Branches in Oxen's envelope."""

    status: None | str | Unset = UNSET
    """ `success`, or `error` even under HTTP 200. """
    status_message: None | str | Unset = UNSET
    """ A word for what happened. """
    branches: list[Branch] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        status_message: None | str | Unset
        if isinstance(self.status_message, Unset):
            status_message = UNSET
        else:
            status_message = self.status_message

        branches: list[dict[str, Any]] | None | Unset
        if isinstance(self.branches, Unset):
            branches = UNSET
        elif isinstance(self.branches, list):
            branches = []
            for branches_type_0_item_data in self.branches:
                branches_type_0_item = branches_type_0_item_data.to_dict()
                branches.append(branches_type_0_item)

        else:
            branches = self.branches

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if status_message is not UNSET:
            field_dict["status_message"] = status_message
        if branches is not UNSET:
            field_dict["branches"] = branches

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.branch import Branch  # noqa: PLC0415

        d = dict(src_dict)
        status = cast("None | str | Unset", d.pop("status", UNSET))

        status_message = cast("None | str | Unset", d.pop("status_message", UNSET))

        def _parse_branches(data: object) -> list[Branch] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"branches cannot be of type {type(data).__name__}")
            branches_type_0 = []
            _branches_type_0 = data
            for branches_type_0_item_data in _branches_type_0:
                branches_type_0_item = Branch.from_dict(branches_type_0_item_data)

                branches_type_0.append(branches_type_0_item)

            return branches_type_0

        branches = _parse_branches(d.pop("branches", UNSET))

        branches_response = cls(
            status=status,
            status_message=status_message,
            branches=branches,
        )

        branches_response.additional_properties = d
        return branches_response

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
