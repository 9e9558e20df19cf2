# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.repository import Repository


T = TypeVar("T", bound="RepositoryResponse")


@_attrs_define
class RepositoryResponse:
    """A repository in Oxen's envelope."""

    status: None | str | Unset = UNSET
    """ `success`, or `error` even under HTTP 200. """
    status_message: None | str | Unset = UNSET
    """ A word for what happened. """
    repository: None | Repository | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.repository import Repository  # noqa: PLC0415

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

        repository: dict[str, Any] | None | Unset
        if isinstance(self.repository, Unset):
            repository = UNSET
        elif isinstance(self.repository, Repository):
            repository = self.repository.to_dict()
        else:
            repository = self.repository

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if status_message is not UNSET:
            field_dict["status_message"] = status_message
        if repository is not UNSET:
            field_dict["repository"] = repository

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.repository import Repository  # noqa: PLC0415

        d = dict(src_dict)
        status = cast("None | str | Unset", d.pop("status", UNSET))

        status_message = cast("None | str | Unset", d.pop("status_message", UNSET))

        def _parse_repository(data: object) -> None | Repository | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"repository cannot be of type {type(data).__name__}")
            repository_type_0 = Repository.from_dict(data)

            return repository_type_0

        repository = _parse_repository(d.pop("repository", UNSET))

        repository_response = cls(
            status=status,
            status_message=status_message,
            repository=repository,
        )

        repository_response.additional_properties = d
        return repository_response

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
