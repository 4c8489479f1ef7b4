"""AWS Certificate Manager (API reference, "Actions")."""

from __future__ import annotations

from typing import Any

from local_aws.declared.conditions import Is, Noted, Only, Record, Where
from local_aws.declared.rules import Page, Rule, Service

_BY_DEFAULT = ["RSA_1024", "RSA_2048"]
"""Key types that are listed unless others are asked for (ListCertificates, "Includes")."""


def _included(asked: dict[str, Any], record: Record) -> bool:
    algorithm = str(record.get("KeyAlgorithm", "RSA_2048")).replace("-", "_")
    uses = {one["Name"] for one in record.get("KeyUsages") or []}
    extended = {one["Name"] for one in record.get("ExtendedKeyUsages") or []}
    return (
        algorithm in asked.get("keyTypes", _BY_DEFAULT)
        and uses.issuperset(asked.get("keyUsage", []))
        and extended.issuperset(asked.get("extendedKeyUsage", []))
    )


_READS = "merge(@, {KeyUsages: KeyUsages[].{Name: @}, ExtendedKeyUsages: ExtendedKeyUsages[].{Name: @}})"
_SHOWS = """merge(@, {
    KeyUsages: KeyUsages[].Name,
    ExtendedKeyUsages: ExtendedKeyUsages[].Name,
    SubjectAlternativeNameSummaries: SubjectAlternativeNameSummaries || SubjectAlternativeNames
})"""
"""A certificate's description and its summary spell the same things differently."""

SERVICE = Service(
    "acm",
    "ValidationException",
    (
        Rule(
            "DescribeCertificate",
            "Certificate",
            {"CertificateArn": Is("CertificateArn")},
            identity=("CertificateArn",),
            one=True,
            missing=("ResourceNotFoundException", "Could not find certificate {}."),
        ),
        Rule(
            "ListCertificates",
            "CertificateSummaryList",
            {
                "CertificateStatuses": Is("Status"),
                "Includes": Where(
                    _included,
                    "keyTypes (RSA_1024 and RSA_2048 unless given), keyUsage, extendedKeyUsage",
                    default={},
                ),
                "SortBy": Only("CREATED_AT"),
                "SortOrder": Noted("DESCENDING shows the latest first"),
            },
            of="DescribeCertificate",
            identity=("CertificateArn",),
            reads=_READS,
            shows=_SHOWS,
            hydrate=("ListCertificates", "DescribeCertificate", "CertificateArn"),
            order="CreatedAt",
            reverse=("SortOrder", "DESCENDING"),
            page=Page(1000),
        ),
    ),
)
