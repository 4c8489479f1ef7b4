"""Certificates: expired, for another name, from an unknown authority."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Shape

_KIN = (Kin.CONFIGURATION, Kin.DEPLOYMENT)

SIGNATURES = (
    Shape(
        "certificate-expired",
        Category.CERTIFICATE_EXPIRED,
        "a TLS certificate has expired or is not valid yet",
        (
            r"certificate has expired|CERT_HAS_EXPIRED|CertificateExpired\w*|certificate is expired",
            r"certificate has expired or is not yet valid|CertificateNotYetValid\w*|ERR_CERT_DATE_INVALID",
            r"(?:NotAfter|validity check failed|SSL_ERROR_EXPIRED_CERT|certificate expired|expired certificate)",
        ),
        "the TLS certificate that {about} meets at {host} has expired",
        headline="{about}: the certificate of {host} has expired",
        weight=0.96,
        kin=_KIN,
    ),
    Shape(
        "certificate-rejected",
        Category.CERTIFICATE_EXPIRED,
        "a TLS certificate is of another name or of an unknown authority",
        (
            r"certificate is (?:valid for|not valid for) [^,]*|hostname mismatch|ERR_TLS_CERT_ALTNAME_INVALID",
            r"doesn't match (?:any of the subject alternative names|either of)|No subject alternative",
            (
                r"signed by unknown authority|unable to get local issuer|self[- ]signed certificate|"
                r"PKIX path building"
            ),
            r"UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERTIFICATE_VERIFY_FAILED|certificate verify failed|bad certificate",
        ),
        "{about} rejects the TLS certificate of {host}",
        headline="{about}: the certificate of {host} is rejected",
        weight=0.88,
        kin=_KIN,
        unless=r"expired",
    ),
    Shape(
        "handshake-fails",
        Category.DEPENDENCY_UNREACHABLE,
        "TLS handshakes fail for another reason",
        (
            (
                r"(?:SSL|TLS) ?handshake[^.]{0,40}(?:fail|error|timeout|alert)|handshake_failure|"
                r"SSLHandshakeException"
            ),
            r"no (?:shared cipher|protocols available)|unsupported protocol|wrong version number|protocol_version",
        ),
        "the TLS handshake of {about} with {host} fails",
        headline="{about}: TLS handshake with {host} fails",
        weight=0.76,
        kin=(*_KIN, Kin.NETWORK),
        unless=r"expired|unknown authority|PKIX|verify failed",
    ),
)
