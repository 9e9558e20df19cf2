# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.author import Author


T = TypeVar("T", bound="CreateRepositoryRequest")


@_attrs_define
class CreateRepositoryRequest:
    """A new repository."""

    namespace: str
    """ Who is to own it, a user or an organization. """
    name: str
    """ The repository's name, new in its namespace. """
    description: str | Unset = UNSET
    """ What is in it. """
    is_public: bool | Unset = UNSET
    """ Whether everybody may read it. """
    user: Author | Unset = UNSET
    """ Whose name the first commit carries. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        namespace = self.namespace

        name = self.name

        description = self.description

        is_public = self.is_public

        user: dict[str, Any] | Unset = UNSET
        if not isinstance(self.user, Unset):
            user = self.user.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "namespace": namespace,
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if is_public is not UNSET:
            field_dict["is_public"] = is_public
        if user is not UNSET:
            field_dict["user"] = user

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.author import Author  # noqa: PLC0415

        d = dict(src_dict)
        namespace = d.pop("namespace")

        name = d.pop("name")

        description = d.pop("description", UNSET)

        is_public = d.pop("is_public", UNSET)

        _user = d.pop("user", UNSET)
        user: Author | Unset
        if isinstance(_user, Unset):
            user = UNSET
        else:
            user = Author.from_dict(_user)

        create_repository_request = cls(
            namespace=namespace,
            name=name,
            description=description,
            is_public=is_public,
            user=user,
        )

        create_repository_request.additional_properties = d
        return create_repository_request

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
