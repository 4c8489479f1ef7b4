"""Certificates: expired, for another name, from an unknown authority."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Shape

_KIN = (Kin.CONFIGURATION, Kin.DEPLOYMENT)

# An alert comes from the other side (RFC 8446, section 6.2: certificate_expired): it refuses the caller's own.
_ALERT = (
    r"remote error: tls: (?:expired|certificate expired)[^.;]{0,30}|received fatal alert: certificate_expired|"
    r"alert certificate expired|SSLV3_ALERT_CERTIFICATE_EXPIRED|alert number 45"
)

SIGNATURES = (
    Shape(
        "own-certificate-expired",
        Category.CERTIFICATE_EXPIRED,
        "the other side of a TLS connection says that the caller's own certificate has expired",
        (_ALERT,),
        "the certificate that {about} presents to {host} has expired: the other side refuses it",
        headline="{about}: its own certificate for {host} has expired",
        weight=0.96,
        kin=_KIN,
    ),
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
        unless=_ALERT,
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
            r"certification path|unknown (?:certificate )?authority|root certificate[^.]{0,40}(?:not|does)",
            r"UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERTIFICATE_VERIFY_FAILED|certificate verify failed|bad certificate",
        ),
        "{about} rejects the TLS certificate of {host}: its name or the authority (CA) that signed it is not one "
        "that the client trusts",
        headline="{about}: the certificate of {host} is rejected",
        weight=0.88,
        kin=(*_KIN, Kin.CAPACITY),
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
