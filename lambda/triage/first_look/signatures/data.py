"""Data that a program cannot digest: wrong format, missing fields, broken rules, too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Shape, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene

_KIN = (Kin.DEPLOYMENT, Kin.CONFIGURATION)


@signature("dead-letters-arrive", Category.DATA_ERROR, "messages end in a dead-letter queue after all attempts")
def _dead_letters(scene: Scene) -> Iterator[Candidate]:
    for setting in scene.settings:
        if setting.key == "waiting" and "dead_letters" in setting.path and setting.value.isdigit():
            count = int(setting.value)
            if count:
                yield Candidate(
                    "dead-letters-arrive",
                    Category.DATA_ERROR,
                    f"{count} messages were given up and wait in the dead-letter queue {setting.about}",
                    f"{count} messages in {setting.about}",
                    0.4,
                    Depth.SYMPTOM,
                    about=setting.about,
                    names=frozenset({setting.about}),
                    quotes=setting.quotes,
                    hop=setting.hop,
                    direct=False,
                )


SIGNATURES: tuple[Signature, ...] = (
    Shape(
        "field-missing",
        Category.DATA_ERROR,
        "an input lacks a field: JSONPath, KeyError, required property",
        (
            r"JSONPath '(?P<name>[^']+)'.{0,120}?could(?: not be found)?",
            r"KeyError: ['\"](?P<name>(?-i:[a-z])[\w.-]*)['\"]",
            (
                r"(?:missing|required) (?:required )?(?:field|property|key|attribute|parameter|"
                r"element)s?:? ?['\"`]?(?P<name>[\w.$-]+)"
            ),
            r"must have required property ['\"](?P<name>[\w.$-]+)|Field required",
            r"(?P<name>['\"][\w.$-]+['\"]) is a required property",
            (
                r"null value in column \"(?P<name>\w+)\"|Column '(?P<name2>\w+)' cannot be null|may not be null|"
                r"must not be null"
            ),
            r"One or more parameter values (?:were invalid|are not valid)[^.]{0,40}Missing the key (?P<key>\w+)",
        ),
        "{about} gets input without the field {name}",
        headline="{about}: the field {name} is missing in its input",
        weight=0.84,
        kin=_KIN,
    ),
    Shape(
        "value-not-readable",
        Category.DATA_ERROR,
        "a value or document cannot be parsed",
        (
            (
                r"JSONDecodeError|Unexpected token|Unexpected end of JSON|invalid character .{1,4} looking for|"
                r"JsonParseException"
            ),
            (
                r"cannot unmarshal|MismatchedInputException|UnrecognizedPropertyException|JsonMappingException|"
                r"InvalidFormatException"
            ),
            (
                r"could not convert string to \w+: ?(?P<name>'[^']*')?|"
                r"invalid literal for int\(\)[^:]*: ?(?P<value>'[^']*')"
            ),
            (
                r"NumberFormatException|DateTimeParseException|time data .{1,40} does not match|"
                r"Invalid (?:date|time|isoformat)"
            ),
            r"UnicodeDecodeError|MalformedInputException|invalid byte sequence|codec can't decode",
            r"SAXParseException|XMLSyntaxError|ParseError|not well-formed|malformed|unparse?able",
            (
                r"InvalidSignatureException: .*checksum|SerializationException|DeserializationException|"
                r"AvroTypeException"
            ),
            r"\bSyntaxError: (?:JSON|Unexpected)|csv\.Error|BadZipFile|invalid input syntax for (?:type )?\w+",
        ),
        "{about} cannot read a value of its input",
        headline="{about}: unreadable value in its input",
        weight=0.84,
        kin=_KIN,
        unless=r"Runtime\.UserCodeSyntaxError|ImportModule",
    ),
    Shape(
        "validation-fails",
        Category.DATA_ERROR,
        "input breaks a rule of a schema",
        (
            (
                r"ValidationException|ValidationError|SchemaValidation\w*|ConstraintViolationException|"
                r"InvalidParameterValue\w*"
            ),
            r"(?:schema|validation|input)[^.]{0,40}(?:failed|invalid|does not (?:match|conform)|rejected)",
            r"Invalid(?:Request|Argument|Input|Parameter|Message|Record)\w*(?:Exception|Error)?\b",
            r"unknown (?:schema|event|message) (?:version|type)|unsupported (?:schema|version|format|media type)",
        ),
        "{about} rejects input that breaks its rules{op}",
        headline="{about}: input fails validation",
        weight=0.76,
        kin=_KIN,
        unless=r"signature|token|credential|certificate",
    ),
    Shape(
        "numbers-used-up",
        Category.DATA_ERROR,
        "a key that counts up, or a sequence, has reached the largest number of its column",
        (
            # MySQL gives the largest number again, once the type of an AUTO_INCREMENT column has no larger one.
            (
                r"Duplicate entry ['\"](?P<name>127|255|32767|65535|8388607|16777215|2147483647|4294967295|"
                r"9223372036854775807|18446744073709551615)['\"] for key"
            ),
            r"nextval: reached maximum value of sequence \"?(?P<name>[\w.]+)",
            r"Failed to read auto-increment value from storage engine",
            r"\bi(?:nteger|dentity)\b[^.]{0,40} out of range|Arithmetic overflow error converting IDENTITY",
        ),
        "the ids of {about} are used up: a counting key has reached the largest integer that its column or "
        "sequence can hold; nothing can be inserted until it is wider",
        headline="{about}: the ids of a table are used up",
        weight=0.93,
        kin=(Kin.DEPLOYMENT,),
    ),
    Shape(
        "constraint-violated",
        Category.DATA_ERROR,
        "a row or item breaks a rule of the data store",
        (
            (
                r"duplicate key value violates|Duplicate entry|E11000 duplicate key|UniqueViolation|"
                r"UNIQUE constraint failed"
            ),
            r"violates (?:foreign key|not-null|check|exclusion) constraint|foreign key constraint fails",
            (
                r"Data too long for column|value too long for type|numeric (?:field|value) out(?: of |-of-)range|"
                r"Out of range value"
            ),
            r"ConditionalCheckFailed\w*|TransactionCanceled\w*|could not serialize access",
        ),
        "writes of {about} break a rule of the data store",
        headline="{about}: writes break a constraint",
        weight=0.78,
        kin=_KIN,
    ),
    Shape(
        "payload-too-large",
        Category.DATA_ERROR,
        "an item, message or request is larger than allowed",
        (
            r"Item size (?:has exceeded|to update has exceeded)|ItemCollectionSizeLimit\w*",
            r"RequestEntityTooLarge|413 (?:Request Entity|Payload) Too Large|Request must be smaller than",
            r"(?:MessageTooLong|RecordTooLarge|EntityTooLarge|ResponseSizeTooLarge|States\.DataLimitExceeded)\w*",
            r"client intended to send too large body|request body too large",
            r"payload size exceeded|exceeded maximum allowed payload size|message (?:is )?too (?:long|large)",
        ),
        "{about} handles an item or message that is larger than allowed{op}",
        headline="{about}: payload too large",
        weight=0.86,
        kin=_KIN,
    ),
    Shape(
        "deadlock",
        Category.DATA_ERROR,
        "transactions block each other",
        (r"[Dd]eadlock (?:found|detected)|DeadlockLoserDataAccess\w*|40P01|ER_LOCK_DEADLOCK",),
        "transactions of {about} block each other in the database (deadlocks)",
        headline="{about}: deadlocks in the database",
        weight=0.74,
        kin=_KIN,
    ),
    _dead_letters,
)
