"""Keys of KMS: unusable, or out of a caller's reach."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Shape

_KIN = (Kin.ENCRYPTION, Kin.ACCESS)

SIGNATURES = (
    Shape(
        "key-unusable",
        Category.PERMISSION_DENIED,
        "the KMS key is disabled or waits for its deletion",
        (
            r"(?P<name>arn:aws[\w-]*:kms:\S+) is (?P<what>pending deletion|disabled|pending import)",
            r"KMS(?:InvalidState|Disabled|KeyDisabled|NotFound)\w*|DisabledKMSKey|InvalidKMSKeyState",
            r"(?:KMS|key|master key)[^.]{0,80}is (?P<what>pending deletion|disabled)",
            r"\bDisabledException\b",
            r"Inaccessible(?:Encryption)?(?:Key|DateTime)|inaccessible-encryption-credentials",
        ),
        "{about} cannot use its KMS key {name}: the key is not usable ({what})",
        headline="{about}: its KMS key is not usable",
        weight=0.95,
        kin=_KIN,
    ),
    Shape(
        "key-denied",
        Category.PERMISSION_DENIED,
        "a kms: action is denied",
        (
            r"not authorized to perform:? (?P<action>kms:\w+)",
            r"KMS\.?AccessDenied\w*",
            r"Access to KMS is not allowed|unable to decrypt the environment variables",
            r"Client\.InternalError: Client error on launch",
            r"ciphertext refers to a customer master key that does not exist",
        ),
        "{who} may not {action}{on}: what the key protects cannot be read or written",
        headline="{about}: {action} denied",
        weight=0.92,
        kin=_KIN,
    ),
)
