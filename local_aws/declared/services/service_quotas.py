"""Service Quotas (API reference). Only declared quotas are known: AWS has thousands, and none is invented."""

from __future__ import annotations

from local_aws.declared.conditions import Is
from local_aws.declared.rules import Page, Rule, Service

_PAGE = Page(100)
_UNKNOWN = (
    "NoSuchResourceException",
    "This local AWS knows no quota that was not declared; none of this service was.",
)
_MISSING = ("NoSuchResourceException", "This local AWS knows no quota that was not declared: {}.")
_IDENTITY = ("ServiceCode", "QuotaCode")
_SERVICE = Is("ServiceCode")
_QUOTA = Is("QuotaCode")
_REQUESTS = {
    "QuotaRequestedAtLevel": Is("QuotaRequestedAtLevel || 'ACCOUNT'"),
    "ServiceCode": _SERVICE,
    "Status": Is("Status"),
}

SERVICE = Service(
    "service-quotas",
    "IllegalArgumentException",
    (
        Rule(
            "ListServiceQuotas",
            "Quotas",
            {
                "QuotaAppliedAtLevel": Is("QuotaAppliedAtLevel || 'ACCOUNT'"),
                "QuotaCode": _QUOTA,
                "ServiceCode": _SERVICE,
            },
            identity=_IDENTITY,
            page=_PAGE,
            undeclared=_UNKNOWN,
        ),
        Rule(
            "GetServiceQuota",
            "Quota",
            {"QuotaCode": _QUOTA, "ServiceCode": _SERVICE},
            identity=_IDENTITY,
            of="ListServiceQuotas",
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "ListAWSDefaultServiceQuotas",
            "Quotas",
            {"ServiceCode": _SERVICE},
            identity=_IDENTITY,
            page=_PAGE,
            undeclared=_UNKNOWN,
        ),
        Rule(
            "GetAWSDefaultServiceQuota",
            "Quota",
            {"QuotaCode": _QUOTA, "ServiceCode": _SERVICE},
            identity=_IDENTITY,
            of="ListAWSDefaultServiceQuotas",
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "ListServices",
            "Services",
            of="ListServiceQuotas",
            identity=_IDENTITY,
            shows="{ServiceCode: ServiceCode, ServiceName: ServiceName}",
            page=_PAGE,
            undeclared=_UNKNOWN,
        ),
        Rule(
            "ListRequestedServiceQuotaChangeHistory",
            "RequestedQuotas",
            _REQUESTS,
            identity=("Id",),
            order="-Created",
            page=_PAGE,
        ),
        Rule(
            "ListRequestedServiceQuotaChangeHistoryByQuota",
            "RequestedQuotas",
            {**_REQUESTS, "QuotaCode": _QUOTA},
            of="ListRequestedServiceQuotaChangeHistory",
            identity=("Id",),
            order="-Created",
            page=_PAGE,
        ),
    ),
)
