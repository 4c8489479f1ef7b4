"""Quotas and limits that are reached."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures import addresses
from triage.first_look.signatures.base import Depth, Shape

_KIN = (Kin.CAPACITY, Kin.DEPLOYMENT)

SIGNATURES = (
    Shape(
        "history-too-long",
        Category.QUOTA_EXCEEDED,
        "an execution of a state machine has more events than its history may hold, 25,000",
        (r"reached the maximum number of history events(?: ?\((?P<name>[\d,]+)\))?",),
        "executions of {about} end because they reach the maximum number of history events, 25,000: they have "
        "more items or steps to go through than one execution can",
        headline="{about}: executions exceed the limit of history events",
        weight=0.95,
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
    ),
    Shape(
        "vcpu-limit",
        Category.QUOTA_EXCEEDED,
        "VcpuLimitExceeded, InstanceLimitExceeded: the account may run no more instances",
        (
            r"VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded",
            r"requested more vCPU capacity than your current vCPU limit of (?P<name>\d+)",
        ),
        "the account has reached its limit of vCPUs or instances: launches for {about} are refused",
        headline="{about}: launches refused, the account's vCPU limit is reached",
        weight=0.94,
        kin=_KIN,
    ),
    Shape(
        "pulls-limited",
        Category.QUOTA_EXCEEDED,
        "a registry refuses pulls of images: the limit of the account, or of those without a login, is reached",
        (
            r"toomanyrequests[^\n]{0,120}(?P<name>unauthenticated) pull rate limit",
            r"(?:reached|exceeded) your (?:(?P<name>unauthenticated) )?pull rate limit",
            r"toomanyrequests: (?:Rate exceeded|Data limit exceeded)",
        ),
        "{about} cannot pull images: the registry answers 429, its limit of pulls is reached; pulls "
        "without a login (unauthenticated) count by the address they come from",
        headline="{about}: pulls of images are refused, rate limit reached",
        weight=0.93,
        kin=(Kin.CONFIGURATION, Kin.CREDENTIALS, Kin.NETWORK),
    ),
    Shape(
        "subnet-full",
        Category.QUOTA_EXCEEDED,
        "no free addresses or network interfaces",
        addresses.WORDINGS,
        "{about} gets no network address: its subnets or the limit of network interfaces are used up",
        headline="{about}: no free network addresses",
        weight=0.93,
        kin=_KIN,
    ),
    Shape(
        "connections-used-up",
        Category.CAPACITY,
        "the database or cache accepts no more connections",
        (
            r"remaining connection slots are reserved",
            r"too many clients already|Too many connections|too many connections for (?:role|database)",
            r"max(?:imum)? number of clients reached|ER_CON_COUNT_ERROR|ORA-12519|ORA-00020|Client_max",
            r"max_connections[^.]{0,40}(?:reached|exceeded)|no more connections allowed",
        ),
        "{about} gets no connection: the database has no free connections (its max_connections are in use)",
        headline="{about}: the database has no free connections",
        weight=0.92,
        kin=(Kin.CAPACITY, Kin.SCHEDULE, Kin.DEPLOYMENT),
    ),
    Shape(
        "files-used-up",
        Category.QUOTA_EXCEEDED,
        "too many open files, threads or processes",
        (
            r"Too many open files|EMFILE|ENFILE|file descriptors? (?:limit|exhausted)",
            (
                r"unable to create (?:new )?native thread|can't start new thread|Resource temporarily unavailable|"
                r"EAGAIN\b.{0,20}fork"
            ),
        ),
        "{about} has used up its open files, threads or processes",
        headline="{about}: out of open files or threads",
        weight=0.88,
        kin=(Kin.DEPLOYMENT,),
    ),
    Shape(
        "disk-full",
        Category.CAPACITY,
        "no space left: a disk, a volume, /tmp, the storage of a database",
        (
            r"No space left on device|ENOSPC|disk (?:is )?full|DiskFull\w*|not enough (?:disk )?space",
            r"could not extend file|The table '[^']*' is full|storage-full|out of (?:disk )?(?:space|storage)",
            r"cluster_block_exception|flood-?stage disk watermark|FreeStorageSpace has fallen",
            (
                r"(?:running low|almost out of) (?:on )?(?:disk|storage)|allocated storage (?:has been|"
                r"is) (?:exhausted|consumed)"
            ),
        ),
        "{about} has no space left to write to",
        headline="{about}: no space left",
        weight=0.92,
        kin=_KIN,
    ),
    Shape(
        "sending-limit",
        Category.QUOTA_EXCEEDED,
        "mail or message quotas",
        (
            r"Daily message quota exceeded|Maximum sending rate exceeded|Sending paused for this account",
            r"monthly (?:spend|budget) (?:limit|quota)[^.]{0,30}(?:reached|exceeded)|QuotaExceededException",
            # As SNS's log of deliveries says that no more may be spent on text messages (SNS developer guide).
            r"No quota left for account|monthly spend(?:ing)? limit (?:is |was )?(?:exceeded|reached)",
        ),
        "{about} may send no more: a sending quota is used up",
        headline="{about}: sending quota used up",
        weight=0.9,
        kin=_KIN,
    ),
    Shape(
        "response-too-large",
        Category.QUOTA_EXCEEDED,
        "a function answers with more than Lambda lets through, 6 MB",
        (
            r"Response payload size[^.]{0,40}exceeded maximum allowed payload size",
            r"Function\.ResponseSizeTooLarge|maximum allowed payload size \(6291\d{3} bytes\)",
            r"post handler (?:success )?response[^\n]{0,40}413",
        ),
        "{about} answers with more than Lambda lets through (413): a response may have 6 MB (6,291,556 bytes), "
        "and what it returns has outgrown that",
        headline="{about}: its responses are larger than the 6 MB Lambda allows",
        weight=0.93,
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
    ),
    Shape(
        "limit-reached",
        Category.QUOTA_EXCEEDED,
        "another quota or limit is exceeded",
        (
            (
                r"\b(?P<name>\w*LimitExceeded(?:Exception|Fault)?|ServiceQuotaExceeded\w*|QuotaExceeded\w*|"
                r"\w+QuotaExceeded)\b"
            ),
            r"(?:quota|limit) (?:of|for) [^.]{0,80}(?:exceeded|reached|used up)",
            r"exceeds? (?:the )?(?:maximum|allowed|account|service)[^.]{0,20}(?:limit|quota)",
            r"\bOverLimit\b|(?:maximum|max) number of [^.]{0,60}(?:reached|exceeded)",
            r"CodeStorageExceeded\w*|PolicyLengthExceeded|StorageQuotaExceeded\w*",
        ),
        "{about} has reached a limit ({name}){op}",
        headline="{about}: a limit is reached",
        depth=Depth.CAUSE,
        weight=0.84,
        kin=_KIN,
        unless=r"Pool|ConcurrentInvocation|"
        r"VcpuLimit|InstanceLimit|RequestLimit|memory|rate limit|RateLimit|TimeLimit",
    ),
)
