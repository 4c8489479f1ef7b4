"""Hosts that cannot be reached: no route, refused, not resolved, reset."""

from __future__ import annotations

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import LOOPBACK, Depth, Shape

_KIN = (Kin.NETWORK,)
_SLOW = (Kin.NETWORK, Kin.CAPACITY, Kin.DEPLOYMENT)

SIGNATURES = (
    Shape(
        "connect-timed-out",
        Category.DEPENDENCY_UNREACHABLE,
        "no connection within the time: packets go nowhere",
        (
            r"connect(?:ion)? ?(?:attempt )?timed? ?-?out",
            r"Connect ?Timeout(?:Error|Exception)?|ConnectTimeout|HttpConnectTimeoutException",
            r"dial tcp[^\"]{0,80}(?:i/o timeout|deadline exceeded)",
            r"connect ETIMEDOUT|Connect timeout on endpoint URL",
            r"(?:110|ETIMEDOUT)[):]? ?:?Connection timed out",
            r"could not connect to server: Connection timed out|Operation timed out.{0,40}Is the server running",
            r"Timed out after \d+ ?ms while waiting (?:for a server|to connect)",
            r"connection to server at .{0,80}timeout expired|timeout exceeded when trying to connect",
            (
                r"connected party did not properly respond|The connection attempt failed|EFSMount(?:Timeout|"
                r"Connectivity)\w*"
            ),
            r"Unable to connect within|Failed to (?:update metadata|connect) after",
        ),
        "{about} cannot connect to {host}: the attempts time out",
        headline="{about}: connections to {host} time out",
        weight=0.85,
        kin=_KIN,
        unless=rf"connected in|\bpool\b|QueuePool|while reading response|upstream timed out.*?{LOOPBACK}",
    ),
    Shape(
        "no-route",
        Category.DEPENDENCY_UNREACHABLE,
        "network or host unreachable",
        (r"No route to host|EHOSTUNREACH|Network is unreachable|ENETUNREACH|NoRouteToHostException",),
        "{about} has no route to {host}",
        headline="{about}: no route to {host}",
        weight=0.88,
        kin=_KIN,
    ),
    Shape(
        "connection-refused",
        Category.DEPENDENCY_UNREACHABLE,
        "connection refused: nothing listens there",
        (r"Connection refused|ECONNREFUSED|actively refused|connect\(\) failed \(111",),
        "{host} refuses connections of {about}: nothing listens there",
        headline="{about}: {host} refuses connections",
        weight=0.85,
        kin=(Kin.DEPLOYMENT, Kin.NETWORK, Kin.CONFIGURATION),
    ),
    Shape(
        "name-not-resolved",
        Category.DEPENDENCY_UNREACHABLE,
        "DNS does not know the host",
        (
            r"ENOTFOUND|EAI_AGAIN|getaddrinfo",
            r"(?:Temporary failure in name resolution|Name or service not known|nodename nor servname)",
            (
                r"could not translate host name|no such host|UnknownHostException|NXDOMAIN|SERVFAIL|"
                r"Could not resolve host|"
                r"host not found in upstream"
            ),
            r"NameResolutionError|EndpointConnectionError|Could not connect to the endpoint URL",
        ),
        "{about} cannot resolve or reach {host}",
        headline="{about}: {host} cannot be resolved",
        weight=0.87,
        kin=(Kin.NETWORK, Kin.CONFIGURATION),
    ),
    Shape(
        "no-answer",
        Category.DEPENDENCY_UNREACHABLE,
        "connected, and no answer within the time",
        (
            r"no (?:response|answer|reply) (?:after|within|from|received)",
            r"still waiting for",
            r"Read ?Timeout(?:Error|Exception)?|Read timed out|Read timeout on endpoint",
            r"read tcp[^\"]{0,80}i/o timeout|Client\.Timeout exceeded|awaiting (?:response )?headers",
            r"context deadline exceeded|DEADLINE_EXCEEDED|DeadlineExceeded",
            r"SocketTimeoutException|ESOCKETTIMEDOUT|HttpTimeoutException|TaskCanceledException",
            r"(?:request|call|response|operation)[^.]{0,40}timed? ?out",
            r"timed? ?out (?:after|waiting|while|calling|reading)",
            r"timeout of \d+ ?ms exceeded|TimeoutError|ETIMEDOUT",
        ),
        "{about} waits for {host} and gets no answer in time",
        headline="{about}: {host} does not answer",
        depth=Depth.EFFECT,
        weight=0.8,
        kin=_SLOW,
        unless=rf"Task timed out|\bpool\b|QueuePool|Connection is not available|lock|statement|acquir|"
        rf"health check|upstream timed out.*?{LOOPBACK}",
    ),
    Shape(
        "connection-reset",
        Category.DEPENDENCY_UNREACHABLE,
        "connections are closed under way",
        (
            r"ECONNRESET|Connection reset|socket hang up|broken pipe|EPIPE",
            r"RemoteDisconnected|Connection aborted|upstream prematurely closed|unexpected EOF|ConnectionClosed",
            r"Communications link failure|NoHttpResponseException|This connection has been closed",
            r"server closed the connection unexpectedly|MySQL server has gone away|Lost connection to MySQL",
        ),
        "connections of {about} to {host} are closed before the answer",
        headline="{about}: {host} closes connections",
        depth=Depth.EFFECT,
        weight=0.74,
        kin=_SLOW,
    ),
)
